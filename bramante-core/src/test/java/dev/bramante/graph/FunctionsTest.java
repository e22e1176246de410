package dev.bramante.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.bramante.reference.Reference;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Composed functions against values that PyTorch 2.13 gave in double precision. */
class FunctionsTest {
  private static final Tensor X = Tensor.of(Shape.of(2, 3), 1f, 2f, 3f, 0.5f, -1f, 0f);

  /** Constants of graphs are of single precision. */
  private static final double TOLERANCE = 1e-7;

  private static double[] of(UnaryOperator<Value> function, Tensor x) {
    var trace = new Trace();
    Value input = trace.input("x", new Type(x.dtype(), x.shape()));
    return Reference.run(trace.graph(function.apply(input)), x).output(0).values();
  }

  @Test
  void softmax() {
    assertArrayEquals(
        new double[] {
          0.09003057317038045,
          0.2447284710547976,
          0.6652409557748218,
          0.5465493872661796,
          0.12195165230972885,
          0.3314989604240915
        },
        of(x -> Functions.softmax(x, -1), X),
        1e-15);
    assertArrayEquals(
        new double[] {
          -2.4076059644443806,
          -1.4076059644443804,
          -0.4076059644443804,
          -0.6041306053367284,
          -2.1041306053367284,
          -1.1041306053367284
        },
        of(x -> Functions.logSoftmax(x, 1), X),
        1e-15);
  }

  @Test
  void softmaxOfLargeLogitsDoesNotOverflow() {
    Tensor large = Tensor.of(Shape.of(3), 1000f, 999f, -1000f);
    assertArrayEquals(
        new double[] {1 / (1 + Math.exp(-1)), 1 / (1 + Math.E), 0},
        of(x -> Functions.softmax(x, 0), large),
        1e-15);
    assertArrayEquals(
        new double[] {
          -Math.log1p(Math.exp(-1)), -Math.log1p(Math.E), -2000 - Math.log1p(1 / Math.E)
        },
        of(x -> Functions.logSoftmax(x, 0), large),
        1e-12);
  }

  @Test
  void gelu() {
    assertArrayEquals(
        new double[] {
          0.841344746068543,
          1.9544997361036416,
          2.99595030590511,
          0.34573123063700656,
          -0.15865525393145702,
          0
        },
        of(Functions::gelu, X),
        TOLERANCE);
    assertArrayEquals(
        new double[] {
          0.8411919906082768,
          1.954597694087775,
          2.996362607918227,
          0.34571400982514394,
          -0.15880800939172324,
          0
        },
        of(Functions::geluTanh, X),
        TOLERANCE);
  }

  @Test
  void variance() {
    assertArrayEquals(
        new double[] {1, 0.5833333333333334}, of(x -> Functions.variance(x, 1, 1), X), TOLERANCE);
    assertArrayEquals(
        new double[] {1.7013888888888886}, of(x -> Functions.variance(x, 0), X), TOLERANCE);
  }

  @ParameterizedTest
  @CsvSource({
    "0, -100, 0.9731141780751632",
    "0.1, -100, 1.012003066964052",
    "0, 1, 0.4076059644443804",
    "0.1, 1, 0.5076059644443804"
  })
  void crossEntropy(float smoothing, int ignored, double expected) {
    var trace = new Trace();
    Value logits = trace.input("logits", Type.f32(3, 3));
    Value targets = trace.input("targets", Type.i32(3));
    Graph graph = trace.graph(Functions.crossEntropy(logits, targets, smoothing, ignored));
    Tensor given = Tensor.of(Shape.of(3, 3), 1f, 2f, 3f, 0.5f, -1f, 0f, 2f, 0f, 1f);
    Tensor classes = Tensor.of(Shape.of(3), 2, 1, 0);
    assertEquals(expected, Reference.run(graph, given, classes).output(0).at(0), TOLERANCE);
  }

  @Test
  void crossEntropyOfIgnoredTargetsOnlyIsZero() {
    var trace = new Trace();
    Value logits = trace.input("logits", Type.f32(1, 3));
    Value targets = trace.input("targets", Type.i32(1));
    Graph graph = trace.graph(Functions.crossEntropy(logits, targets, 0, -1));
    Tensor given = Tensor.of(Shape.of(1, 3), 1f, 2f, 3f);
    assertEquals(0, Reference.run(graph, given, Tensor.of(Shape.of(1), -1)).output(0).at(0));
  }

  @Test
  void dropoutZeroesItsShareAndKeepsTheMean() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(100, 100));
    assertSame(x, Functions.dropout(x, 0));
    Graph graph = trace.graph(Functions.dropout(x, 0.25f));
    float[] ones = new float[10_000];
    Arrays.fill(ones, 1);
    double[] kept =
        Reference.run(
                graph, Tensor.of(Shape.of(100, 100), ones), Tensor.scalar(1), Tensor.scalar(2))
            .output(0)
            .values();
    long zeros = Arrays.stream(kept).filter(v -> v == 0).count();
    assertEquals(2500, zeros, 5 * Math.sqrt(10_000 * 0.25 * 0.75));
    assertEquals(1, Arrays.stream(kept).max().orElseThrow() * 0.75, TOLERANCE);
  }
}
