package dev.bramante.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.engine.EngineOptions;
import dev.bramante.graph.AttentionOptions;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
import dev.bramante.tensor.Tensor;
import org.junit.jupiter.api.Test;

class AttentionTapTest {
  private static final int N = 2;
  private static final int T = 5;
  private static final int S = 7;
  private static final int HEADS = 3;
  private static final int D = 4;

  private static Tensor random(String name, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (SplitMix.bounded(SplitMix.bits(SplitMix.key(name), i), 2001) - 1000) / 500f;
    }
    return Tensor.of(shape, values);
  }

  /** One element of the softmax of one query's scaled scores. */
  private static double probability(Tensor q, Tensor k, int n, int head, int t, int s, int last) {
    double sum = 0;
    for (int other = 0; other <= last; other++) {
      sum += Math.exp(score(q, k, n, head, t, other));
    }
    return s > last ? 0 : Math.exp(score(q, k, n, head, t, s)) / sum;
  }

  private static double score(Tensor q, Tensor k, int n, int head, int t, int s) {
    double score = 0;
    for (int d = 0; d < D; d++) {
      int column = head * D + d;
      score += q.at((n * T + t) * HEADS * D + column) * k.at((n * S + s) * HEADS * D + column);
    }
    return score / Math.sqrt(D);
  }

  @Test
  void probabilitiesAreTheSoftmaxOfTheScores() {
    for (boolean causal : new boolean[] {false, true}) {
      Tensor q = random("q", N, T, HEADS * D);
      Tensor k = random("k", N, S, HEADS * D);
      Tensor v = random("v", N, S, HEADS * D);
      var trace = new Trace();
      Value y =
          Functions.attention(
              trace.input("q", Type.f32(N, T, HEADS * D)),
              trace.input("k", Type.f32(N, S, HEADS * D)),
              trace.input("v", Type.f32(N, S, HEADS * D)),
              HEADS,
              causal ? AttentionOptions.CAUSAL : AttentionOptions.ALL);
      AttentionTap tap = AttentionTap.of(trace, y.times(2)).getFirst();
      var graph = trace.graph(tap.probabilities());
      Tensor ran = new Engine(EngineOptions.defaults()).compile(graph).run(q, k, v).getFirst();
      assertEquals(Shape.of(N, T, HEADS * S), ran.shape());
      for (int n = 0; n < N; n++) {
        for (int t = 0; t < T; t++) {
          double[] mean = tap.mean(ran, n, t);
          for (int s = 0; s < S; s++) {
            double wanted = 0;
            for (int head = 0; head < HEADS; head++) {
              wanted += probability(q, k, n, head, t, s, causal ? t : S - 1) / HEADS;
            }
            assertEquals(wanted, mean[s], 1e-5);
          }
        }
      }
    }
  }

  @Test
  void aPowerLawIsFound() {
    double[] x = {10, 100, 1000};
    double[] y = {3 * Math.pow(10, -0.2), 3 * Math.pow(100, -0.2), 3 * Math.pow(1000, -0.2)};
    PowerLaw law = PowerLaw.fit(x, y);
    assertEquals(3, law.factor(), 1e-12);
    assertEquals(0.2, law.exponent(), 1e-12);
    assertEquals(0, law.error(), 1e-12);
    assertEquals("3.00 · N^-0.200", law.text("N"));
    assertTrue(PowerLaw.fit(new double[] {1, 2, 4}, new double[] {2, 1, 1}).error() > 0.1);
  }
}
