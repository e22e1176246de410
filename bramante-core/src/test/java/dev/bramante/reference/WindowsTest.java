package dev.bramante.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bramante.graph.Op;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Convolution and pooling against values that PyTorch 2.13 gave for the same numbers. */
class WindowsTest {
  /** Element i is 7 i mod 11, less 5. */
  private static Tensor sequence(int... dims) {
    float[] values = new float[Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 7 % 11 - 5;
    }
    return Tensor.of(Shape.of(dims), values);
  }

  @Test
  void convolution() {
    var window = new Window(2, 3, 1, 1, 0, 1, 1, 1);
    Tensor x = sequence(1, 3, 4, 2);
    Tensor weight = sequence(2, 3, 2, 2);
    Tensor dy = sequence(1, 2, 4, 2);
    Array y = Evaluation.of(new Op.Conv2d(window, 1), x, weight);
    assertEquals(dy.shape(), y.shape());
    assertArrayEquals(
        new double[] {40, -53, 64, 45, -50, 40, -16, -15, 46, -2, 15, 47, -66, -2, 19, -56},
        y.values());
    assertArrayEquals(
        new double[] {
          9, 9, -2, -30, 13, -27, -9, 30, -9, -52, 42, -18, -44, 81, -18, 17, 32, -22, -24, 54, -4,
          29, -3, -18
        },
        Evaluation.of(new Op.Conv2dInputGrad(window, 1, x.shape()), dy, weight).values());
    assertArrayEquals(
        new double[] {
          24, 5, -34, -12, 92, -29, -29, 77, 24, -34, 5, -12, 33, 1, -36, 17, 37, -39, -7, 23, -7,
          -12, 51, -34
        },
        Evaluation.of(new Op.Conv2dWeightGrad(window, 1, weight.shape()), x, dy).values());
  }

  @Test
  void groupedStridedDilatedConvolution() {
    var window = new Window(2, 2, 2, 1, 1, 0, 2, 1);
    Tensor x = sequence(1, 4, 4, 2);
    Tensor weight = sequence(2, 2, 1, 2);
    Tensor dy = sequence(1, 2, 3, 2);
    assertArrayEquals(
        new double[] {-8, -9, 7, 15, 22, 6, 24, -34, 18, -11, -32, 1},
        Evaluation.of(new Op.Conv2d(window, 2), x, weight).values());
    assertArrayEquals(
        new double[] {
          0, 0, 0, 0, 0, 0, 0, 0, -25, -6, -10, -9, 6, 14, 6, -25, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 12,
          -9, -17, 15, -4, 0
        },
        Evaluation.of(new Op.Conv2dInputGrad(window, 2, x.shape()), dy, weight).values());
    assertArrayEquals(
        new double[] {-14, -5, -17, -11, 8, -22, -2, -38},
        Evaluation.of(new Op.Conv2dWeightGrad(window, 2, weight.shape()), x, dy).values());
  }

  @Test
  void pooling() {
    Tensor x = sequence(1, 4, 5, 1);
    assertArrayEquals(
        new double[] {4, 5, 5, 4, 4, 5},
        Evaluation.of(new Op.MaxPool(Window.square(3, 2, 1)), x).values());
    assertArrayEquals(
        new double[] {2, 5, 5, 4, 5, 5, 4, 4, 5, 1, 4, 5, 1, 4, 0},
        Evaluation.of(new Op.MaxPool(new Window(2, 3, 1, 2, 1, 1, 1, 1)), x).values());
    assertArrayEquals(
        new double[] {-1.25, 0, 1.5, -1, 0.25, 0.5, 0.25, 0.25, -1},
        Evaluation.of(new Op.AvgPool(Window.square(2, 2, 1)), x).values());
  }

  @Test
  void paddingNeverWinsAndTheFirstLargestGetsTheGradient() {
    Tensor x = Tensor.of(Shape.of(1, 2, 2, 1), -3f, -1f, -1f, -2f);
    var window = Window.square(2, 1, 1);
    Tensor y = Evaluation.of(new Op.MaxPool(window), x).toTensor();
    assertArrayEquals(new float[] {-3, -1, -1, -1, -1, -1, -1, -1, -2}, y.floats());
    Tensor dy = Tensor.of(y.shape(), 1f, 2f, 4f, 8f, 16f, 32f, 64f, 128f, 256f);
    assertArrayEquals(
        new double[] {1, 2 + 4 + 16 + 32, 8 + 64 + 128, 256},
        Evaluation.of(new Op.MaxPoolGrad(window), x, y, dy).values());
  }

  @Test
  void theGradientOfAveragePoolingSpreadsEvenly() {
    Tensor dy = Tensor.of(Shape.of(1, 1, 2, 1), 4f, 8f);
    assertArrayEquals(
        new double[] {1, 3, 2, 1, 3, 2},
        Evaluation.of(
                new Op.AvgPoolGrad(new Window(2, 2, 1, 1, 0, 0, 1, 1), Shape.of(1, 2, 3, 1)), dy)
            .values());
  }
}
