package dev.bramante.cpu.loops;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accuracy of the elementary functions, against double precision on dense samples. */
class FunctionsTest {
  /** A unit in the last place, relative to the smallest number of a binade. */
  private static final double ULP = 0x1p-23;

  private static float[] compute(UnaryKind kind, float... x) {
    var trace = new Trace();
    Value input = trace.input("x", Type.f32(x.length));
    Graph body = trace.graph(input.unary(kind));
    try (var pool = new WorkerPool(1)) {
      var operands = new KernelCheck.Operands(body, List.of(Tensor.of(Shape.of(x.length), x)));
      var kernel = new LoopKernel(body, 512, pool);
      kernel.bind(operands.arrays, operands.offsets);
      kernel.run();
      float[] y = new float[x.length];
      for (int i = 0; i < y.length; i++) {
        y[i] = (float) operands.at(1, i);
      }
      return y;
    }
  }

  private static float[] samples(double from, double to, int count, DoubleUnaryOperator shape) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) shape.applyAsDouble(from + (to - from) * i / (count - 1));
    }
    return x;
  }

  @ParameterizedTest
  @CsvSource({
    "EXP, -87.3, 88.7, 1.5",
    "EXP, -1, 1, 1.5",
    "LOG, 0.5, 2, 1.5",
    "LOG, 1e-3, 1e4, 1.5",
    "TANH, -10, 10, 3",
    "TANH, -0.5, 0.5, 3",
    "SIGMOID, -80, 80, 3",
    "ERF, -4.5, 4.5, 2.5",
    "ERF, -1e-3, 1e-3, 2.5",
    "SQRT, 0, 10, 0.51",
    "RSQRT, 0.1, 10, 1.6"
  })
  void relativeErrors(UnaryKind kind, double from, double to, double ulps) {
    float[] x = samples(from, to, 40_001, v -> v);
    assertTrue(
        worst(kind, x, false) <= ulps * ULP, () -> kind + ": " + worst(kind, x, false) / ULP);
  }

  @ParameterizedTest
  @CsvSource({"SIN, 10", "COS, 10", "SIN, 10000", "COS, 10000"})
  void absoluteErrorsOfSines(UnaryKind kind, double range) {
    float[] x = samples(-range, range, 40_001, v -> v);
    assertTrue(worst(kind, x, true) <= ULP, () -> kind + ": " + worst(kind, x, true) / ULP);
  }

  @Test
  void logarithmsAcrossAllMagnitudes() {
    float[] x = samples(-103, 88, 40_001, Math::exp);
    assertTrue(worst(UnaryKind.LOG, x, false) <= 1.5 * ULP);
  }

  private static double worst(UnaryKind kind, float[] x, boolean absolute) {
    float[] y = compute(kind, x);
    var trace = new Trace();
    Value input = trace.input("x", Type.f32(x.length));
    Array exact =
        Reference.run(trace.graph(input.unary(kind)), Tensor.of(Shape.of(x.length), x)).output(0);
    double worst = 0;
    for (int i = 0; i < x.length; i++) {
      double scale = absolute ? 1 : Math.max(Math.abs(exact.at(i)), Float.MIN_NORMAL);
      worst = Math.max(worst, Math.abs(y[i] - exact.at(i)) / scale);
    }
    return worst;
  }

  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;

  @Test
  void specialValues() {
    check(
        UnaryKind.EXP, -INF, 0, -200, 0, 200, INF, INF, INF, NAN, NAN, 0, 1, 88.7f, 3.3259769e38f);
    check(UnaryKind.LOG, 0, -INF, -0f, -INF, -1, NAN, INF, INF, NAN, NAN, 1, 0, -INF, NAN);
    check(UnaryKind.TANH, -INF, -1, INF, 1, 0, 0, -20, -1, 1e-20f, 1e-20f, NAN, NAN);
    check(UnaryKind.SIGMOID, -INF, 0, INF, 1, 0, 0.5f, 100, 1, NAN, NAN);
    check(UnaryKind.ERF, -INF, -1, INF, 1, 0, 0, 10, 1, NAN, NAN);
    check(UnaryKind.SIN, INF, NAN, 0, 0, NAN, NAN);
    check(UnaryKind.COS, INF, NAN, 0, 1, NAN, NAN);
    check(UnaryKind.RELU, -INF, 0, INF, INF, -1, 0, 2, 2, NAN, NAN);
    check(UnaryKind.SQRT, -1, NAN, INF, INF, 4, 2);
    check(UnaryKind.RSQRT, 0, INF, INF, 0, 4, 0.5f);
  }

  /** Pairs of arguments and results. */
  private static void check(UnaryKind kind, float... pairs) {
    float[] x = new float[pairs.length / 2];
    for (int i = 0; i < x.length; i++) {
      x[i] = pairs[2 * i];
    }
    float[] y = compute(kind, x);
    for (int i = 0; i < x.length; i++) {
      float wanted = pairs[2 * i + 1];
      boolean near = Math.abs(y[i] - wanted) <= Math.abs(wanted) * 1e-6f;
      assertTrue(near || Float.compare(y[i], wanted) == 0, kind + " of " + x[i] + " is " + y[i]);
    }
  }
}
