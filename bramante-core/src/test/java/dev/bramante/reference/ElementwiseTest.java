package dev.bramante.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Counter;
import dev.bramante.graph.Op;
import dev.bramante.graph.UnaryKind;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementwiseTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static Tensor floats(float... values) {
    return Tensor.of(Shape.of(values.length), values);
  }

  private static Tensor ints(int... values) {
    return Tensor.of(Shape.of(values.length), values);
  }

  private static Tensor booleans(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Tensor.wrap(DType.BOOL, Shape.of(values.length), bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "NEG, 2, -2",
    "ABS, -3, 3",
    "EXP, 1, 2.718281828459045",
    "LOG, 10, 2.302585092994046",
    "LOG, 0, -Infinity",
    "LOG, -1, NaN",
    "SQRT, 2, 1.4142135623730951",
    "RSQRT, 4, 0.5",
    "SIN, 1, 0.8414709848078965",
    "COS, 1, 0.5403023058681398",
    "TANH, 0.5, 0.46211715726000975",
    "SIGMOID, 2, 0.8807970779778823",
    "SIGMOID, -1000, 0",
    "ERF, 1, 0.8427007929497149",
    "RELU, -1, 0",
    "RELU, 3, 3",
    "RELU, NaN, NaN"
  })
  void functionsOfOneElement(UnaryKind kind, float x, double expected) {
    assertEquals(expected, Evaluation.of(new Op.Unary(kind), floats(x)).at(0), 1e-15);
  }

  @ParameterizedTest
  @CsvSource({
    "ADD, 1.5, 2, 3.5",
    "SUB, 1.5, 2, -0.5",
    "MUL, 1.5, 2, 3",
    "DIV, 3, 2, 1.5",
    "DIV, 1, 0, Infinity",
    "MIN, 1, 2, 1",
    "MAX, 1, 2, 2",
    "MAX, NaN, 2, NaN",
    "MIN, 1, NaN, NaN",
    "POW, 2, 0.5, 1.4142135623730951",
    "POW, 0, 0, 1",
    "EQ, 2, 2, 1",
    "EQ, NaN, NaN, 0",
    "NE, 2, 2, 0",
    "NE, NaN, 1, 1",
    "LT, 1, 2, 1",
    "LE, 2, 2, 1",
    "GT, 1, 2, 0",
    "GE, NaN, 2, 0"
  })
  void functionsOfTwoElements(BinaryKind kind, float a, float b, double expected) {
    assertEquals(expected, Evaluation.of(new Op.Binary(kind), floats(a), floats(b)).at(0), 1e-15);
  }

  @Test
  void logic() {
    Tensor a = booleans(0, 0, 1, 1);
    Tensor b = booleans(0, 1, 0, 1);
    assertArrayEquals(
        new double[] {0, 0, 0, 1}, Evaluation.of(new Op.Binary(BinaryKind.AND), a, b).values());
    assertArrayEquals(
        new double[] {0, 1, 1, 1}, Evaluation.of(new Op.Binary(BinaryKind.OR), a, b).values());
    assertArrayEquals(
        new double[] {1, 1, 0, 0}, Evaluation.of(new Op.Unary(UnaryKind.NOT), a).values());
  }

  @Test
  void integersWrapAroundAndDivisionTruncates() {
    Tensor a = ints(Integer.MAX_VALUE, 7, -7);
    Tensor b = ints(1, 2, 2);
    assertArrayEquals(
        new double[] {Integer.MIN_VALUE, 9, -5},
        Evaluation.of(new Op.Binary(BinaryKind.ADD), a, b).values());
    assertArrayEquals(
        new double[] {Integer.MAX_VALUE, 3, -3},
        Evaluation.of(new Op.Binary(BinaryKind.DIV), a, b).values());
  }

  @Test
  void whereChooses() {
    assertArrayEquals(
        new double[] {1, 20, 3},
        Evaluation.of(new Op.Where(), booleans(1, 0, 1), floats(1, 2, 3), floats(10, 20, 30))
            .values());
  }

  @Test
  void castsTruncateSaturateAndTest() {
    Tensor x = floats(1.9f, -1.9f, 0, 1e10f, Float.NaN);
    assertArrayEquals(
        new double[] {1, -1, 0, Integer.MAX_VALUE, 0},
        Evaluation.of(new Op.Cast(DType.I32), x).values());
    assertArrayEquals(
        new double[] {1, -1, 0, 1e10f, 0}, Evaluation.of(new Op.Cast(DType.I64), x).values());
    assertArrayEquals(
        new double[] {1, 1, 0, 1, 1}, Evaluation.of(new Op.Cast(DType.BOOL), x).values());
    Tensor wide = Tensor.of(Shape.of(2), (1L << 32) + 5, -1L);
    assertArrayEquals(new double[] {5, -1}, Evaluation.of(new Op.Cast(DType.I32), wide).values());
  }

  @Test
  void castsToBfloat16RoundToNearestEven() {
    float unit = 0x1p-8f;
    assertArrayEquals(
        new double[] {1, 1 + 4 * unit, 1 + 2 * unit, NAN, INFINITY},
        Evaluation.of(
                new Op.Cast(DType.BF16),
                floats(1 + unit, 1 + 3 * unit, 1 + 1.1f * unit, Float.NaN, Float.MAX_VALUE))
            .values());
  }

  @Test
  void iotaCountsAlongItsAxis() {
    assertArrayEquals(
        new double[] {0, 0, 0, 1, 1, 1},
        Evaluation.of(in -> in.getFirst().trace().iota(0, 2, 3), floats()).values());
    assertArrayEquals(
        new double[] {0, 1, 2, 0, 1, 2},
        Evaluation.of(in -> in.getFirst().trace().iota(1, 2, 3), floats()).values());
  }

  @Test
  void randomNumbersAreTheCounters() {
    Array drawn =
        Evaluation.of(new Op.Random(Shape.of(3, 2), 4), Tensor.scalar(11), Tensor.scalar(22));
    for (int i = 0; i < 6; i++) {
      assertEquals(Counter.uniform(Counter.key(11, 22, 4), i), drawn.at(i));
    }
  }
}
