package dev.bramante.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductsTest {
  private static final Tensor X =
      Tensor.of(Shape.of(2, 2, 3), 1f, 5f, 3f, 4f, 2f, 6f, 9f, 7f, 8f, 0f, -1f, 9f);

  private static Array reduce(ReduceKind kind, Integer... axes) {
    return Evaluation.of(new Op.Reduce(kind, List.of(axes)), X);
  }

  @Test
  void sumsOverAxes() {
    assertEquals(Shape.of(2, 2, 1), reduce(ReduceKind.SUM, 2).shape());
    assertArrayEquals(new double[] {9, 12, 24, 8}, reduce(ReduceKind.SUM, 2).values());
    assertArrayEquals(new double[] {14, 13, 26}, reduce(ReduceKind.SUM, 0, 1).values());
    assertArrayEquals(new double[] {53}, reduce(ReduceKind.SUM, 0, 1, 2).values());
    assertArrayEquals(new double[] {21, 32}, reduce(ReduceKind.SUM, 1, 2).values());
  }

  @Test
  void takesTheLargest() {
    assertArrayEquals(new double[] {5, 6, 9, 9}, reduce(ReduceKind.MAX, 2).values());
    assertArrayEquals(new double[] {9, 7, 8, 4, 2, 9}, reduce(ReduceKind.MAX, 0).values());
  }

  @Test
  void theSumOfNothingIsZeroAndIntegerSumsWrap() {
    Tensor none = Tensor.of(Shape.of(2, 0), new float[0]);
    Op sum = new Op.Reduce(ReduceKind.SUM, List.of(1));
    assertArrayEquals(new double[] {0, 0}, Evaluation.of(sum, none).values());
    Tensor large = Tensor.of(Shape.of(1, 2), Integer.MAX_VALUE, 1);
    assertArrayEquals(new double[] {Integer.MIN_VALUE}, Evaluation.of(sum, large).values());
  }

  @Test
  void argMaxIsTheFirstLargest() {
    assertArrayEquals(new double[] {1, 2, 0, 2}, Evaluation.of(new Op.ArgMax(2), X).values());
    Tensor equal = Tensor.of(Shape.of(3), 2f, 7f, 7f);
    assertArrayEquals(new double[] {1}, Evaluation.of(new Op.ArgMax(0), equal).values());
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void matrixProducts(boolean ta, boolean tb) {
    Tensor a = ta ? matrix(2, 1f, 4f, 2f, 5f, 3f, 6f) : matrix(3, 1f, 2f, 3f, 4f, 5f, 6f);
    Tensor b = tb ? matrix(3, 1f, 0f, 2f, -1f, 3f, 1f) : matrix(2, 1f, -1f, 0f, 3f, 2f, 1f);
    assertArrayEquals(
        new double[] {7, 8, 16, 17}, Evaluation.of(new Op.MatMul(ta, tb), a, b).values());
  }

  private static Tensor matrix(int columns, float... values) {
    return Tensor.of(Shape.of(values.length / columns, columns), values);
  }

  @Test
  void batchedProductsHaveTheirOwnRightSideOrShareOne() {
    Tensor a = Tensor.of(Shape.of(2, 1, 2), 1f, 2f, 3f, 4f);
    Tensor own = Tensor.of(Shape.of(2, 2, 1), 1f, 1f, 10f, 10f);
    Tensor shared = Tensor.of(Shape.of(1, 2, 1), 1f, -1f);
    Op product = new Op.MatMul(false, false);
    assertArrayEquals(new double[] {3, 70}, Evaluation.of(product, a, own).values());
    assertArrayEquals(new double[] {-1, -1}, Evaluation.of(product, a, shared).values());
  }
}
