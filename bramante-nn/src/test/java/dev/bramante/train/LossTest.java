package dev.bramante.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;

class LossTest {
  private static final float[] X = {-2, -0.25f, 0, 0.5f, 3, -100, 100};
  private static final float[] Y = {0.5f, 0, 1, 0.5f, 1, 1, 0};

  private record Outcome(double loss, double[] gradient) {}

  private static Outcome run(Loss loss, Tensor output, Tensor target) {
    var trace = new Trace();
    Value x = trace.input("x", new Type(output.dtype(), output.shape()));
    Value y = trace.input("y", loss.targets(x.type()));
    Value cost = loss.of(x, y);
    Value gradient = Gradients.of(cost, List.of(x)).getFirst();
    var result = Reference.run(trace.graph(cost, gradient), output, target);
    return new Outcome(result.output(0).at(0), result.output(1).values());
  }

  private static void check(Loss loss, DoubleBinaryOperator value, DoubleBinaryOperator slope) {
    var outcome = run(loss, Tensor.of(Shape.of(X.length), X), Tensor.of(Shape.of(Y.length), Y));
    double sum = 0;
    for (int i = 0; i < X.length; i++) {
      sum += value.applyAsDouble(X[i], Y[i]);
      double expected = slope.applyAsDouble(X[i], Y[i]) / X.length;
      assertEquals(
          expected, outcome.gradient()[i], 1e-6 * Math.abs(expected) + 1e-12, loss + " " + i);
    }
    assertEquals(sum / X.length, outcome.loss(), 1e-7 * Math.abs(sum), loss.toString());
  }

  @Test
  void lossesAndSlopesFollowTheFormulas() {
    check(new Loss.MeanSquaredError(), (x, y) -> (x - y) * (x - y), (x, y) -> 2 * (x - y));
    check(new Loss.L1(), (x, y) -> Math.abs(x - y), (x, y) -> Math.signum(x - y));
    check(
        new Loss.Huber(0.75f),
        (x, y) ->
            Math.abs(x - y) <= 0.75 ? (x - y) * (x - y) / 2 : 0.75 * (Math.abs(x - y) - 0.375),
        (x, y) -> Math.clamp(x - y, -0.75, 0.75));
    check(
        new Loss.BinaryCrossEntropy(),
        (x, y) -> (x > 0 ? x : 0) - x * y + Math.log1p(Math.exp(-Math.abs(x))),
        (x, y) -> 1 / (1 + Math.exp(-x)) - y);
  }

  @Test
  void crossEntropySmoothsAndIgnores() {
    var logits = Tensor.of(Shape.of(3, 4), 1f, 2, 0, -1, 5, 5, 5, 5, 0, 300, -300, 7);
    var targets = Tensor.of(Shape.of(3), 1, -1, 3);
    var outcome = run(new Loss.CrossEntropy(0.1f, -1), logits, targets);
    double norm = Math.log(Math.exp(1) + Math.exp(2) + 1 + Math.exp(-1));
    double first = norm - 0.9 * 2 - 0.1 * (1 + 2 + 0 - 1) / 4;
    double third = 300 - 0.9 * 7 - 0.1 * 7.0 / 4;
    assertEquals((first + third) / 2, outcome.loss(), 1e-5);
    for (int i = 4; i < 8; i++) {
      assertEquals(0, outcome.gradient()[i]);
    }
    var all = run(new Loss.CrossEntropy(), logits, Tensor.of(Shape.of(3), -1, -1, -1));
    assertEquals(0, all.loss());
  }

  @Test
  void numbersAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> new Loss.CrossEntropy(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Loss.Huber(0));
  }

  @Test
  void mixedCrossEntropyIsTheSharesOfThatOfEachClass() {
    float[] logits = {1, -2, 0.5f, 0, 3, -1, 2, 2, 0};
    Tensor x = Tensor.of(Shape.of(3, 3), logits);
    for (float smoothing : new float[] {0, 0.2f}) {
      var single = new Loss.CrossEntropy(smoothing, -1);
      double first = run(single, x, Tensor.of(Shape.of(3), new int[] {0, 2, -1})).loss();
      double second = run(single, x, Tensor.of(Shape.of(3), new int[] {1, 1, -1})).loss();
      float[] shares = {0.75f, 0.25f, 0, 0, 0.25f, 0.75f, 0, 0, 0};
      var mixed = run(new Loss.MixedCrossEntropy(smoothing), x, Tensor.of(Shape.of(3, 3), shares));
      assertEquals(0.75 * first + 0.25 * second, mixed.loss(), 1e-6);
      assertEquals(0, mixed.gradient()[7]);
    }
  }
}
