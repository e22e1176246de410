package dev.bramante.pretrained;

import dev.bramante.tensor.Shape;

/**
 * The trained positions of a Vision Transformer's patches for pictures of another size: those of a
 * square grid are interpolated by cubic splines, as PyTorch's {@code interpolate(mode="bicubic")}
 * does (Dosovitskiy et al. 2020, section 3.2). That of the token before them stays.
 */
final class PositionGrid {
  /** Our name of the parameter. */
  static final String NAME = "encoder.pos_embedding";

  /** PyTorch's choice for the splines' slope. */
  private static final double A = -0.75;

  private static final int TAPS = 4;

  private PositionGrid() {}

  /** Whether a parameter can be stretched: both are [1, side² + 1, D] with different sides. */
  static boolean fits(String name, Shape from, Shape to) {
    return name.equals(NAME)
        && from.rank() == 3
        && to.rank() == 3
        && from.dim(0) == 1
        && from.dim(2) == to.dim(2)
        && from.dim(1) != to.dim(1)
        && side(from) > 0
        && side(to) > 0;
  }

  /** The side of the grid; 0 if it is no square. */
  static int side(Shape positions) {
    int patches = Math.max(0, positions.dim(1) - 1);
    int side = (int) Math.round(Math.sqrt(patches));
    return side * side == patches ? side : 0;
  }

  /** What is done, in words. */
  static String note(Shape from, Shape to) {
    return "the positions of %1$d×%1$d patches are interpolated for %2$d×%2$d"
        .formatted(side(from), side(to));
  }

  /** The values of a shape that fits, for another. */
  static float[] stretched(float[] values, Shape shape, Shape wanted) {
    int from = side(shape);
    int to = side(wanted);
    int width = shape.dim(2);
    double[][] weights = weights(from, to);
    var result = new float[wanted.size()];
    System.arraycopy(values, 0, result, 0, width);
    for (int y = 0; y < to; y++) {
      for (int x = 0; x < to; x++) {
        int at = (1 + y * to + x) * width;
        for (int c = 0; c < width; c++) {
          result[at + c] = (float) point(values, from, width, c, weights, y, x);
        }
      }
    }
    return result;
  }

  private static double point(
      float[] values, int side, int width, int channel, double[][] weights, int y, int x) {
    double sum = 0;
    for (int i = 0; i < TAPS; i++) {
      double row = 0;
      for (int j = 0; j < TAPS; j++) {
        int patch = tap(weights[y], i, side) * side + tap(weights[x], j, side);
        row += weights[x][j] * values[(1 + patch) * width + channel];
      }
      sum += weights[y][i] * row;
    }
    return sum;
  }

  /** The edge goes on outside of the grid. */
  private static int tap(double[] weights, int i, int side) {
    return Math.clamp((long) weights[TAPS] + i, 0, side - 1);
  }

  /** For each place of the new grid four weights, and where the first of them belongs. */
  private static double[][] weights(int from, int to) {
    var weights = new double[to][TAPS + 1];
    for (int i = 0; i < to; i++) {
      double center = (i + 0.5) * from / to - 0.5;
      double first = Math.floor(center) - 1;
      for (int j = 0; j < TAPS; j++) {
        weights[i][j] = weight(Math.abs(center - first - j));
      }
      weights[i][TAPS] = first;
    }
    return weights;
  }

  private static double weight(double x) {
    return x <= 1 ? ((A + 2) * x - (A + 3)) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * A;
  }
}
