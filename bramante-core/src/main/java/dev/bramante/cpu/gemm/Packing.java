package dev.bramante.cpu.gemm;

import java.util.Arrays;

/** Copies operands into the order in which the kernels read them. */
final class Packing {
  /** Steps of the sum transposed at a time, so that their lines stay in the first-level cache. */
  private static final int TRANSPOSE_STEPS = 64;

  private static final int GROUP = 8;

  private Packing() {}

  /**
   * Copies columns of a row-major matrix into a panel, padded with zeros.
   *
   * @param b the matrix, its first row at {@code bo}
   * @param ldb distance of its rows
   * @param steps number of rows
   * @param columns number of columns, at most {@code width}
   * @param panel where to, {@code steps × width} floats at {@code po}
   */
  static void panel(
      float[] b, int bo, int ldb, int steps, int columns, float[] panel, int po, int width) {
    for (int k = 0; k < steps; k++) {
      System.arraycopy(b, bo + k * ldb, panel, po + k * width, columns);
    }
    pad(panel, po, steps, columns, width);
  }

  /** As {@link #panel}, from the transposed matrix: its rows become the panel's columns. */
  static void transposedPanel(
      float[] b, int bo, int ldb, int steps, int columns, float[] panel, int po, int width) {
    for (int k0 = 0; k0 < steps; k0 += TRANSPOSE_STEPS) {
      int k1 = Math.min(steps, k0 + TRANSPOSE_STEPS);
      int j = 0;
      for (; j + GROUP <= columns; j += GROUP) {
        scatterGroup(b, bo + j * ldb + k0, ldb, k1 - k0, panel, po + k0 * width + j, width);
      }
      for (; j < columns; j++) {
        scatter(b, bo + j * ldb + k0, k1 - k0, panel, po + k0 * width + j, width);
      }
    }
    pad(panel, po, steps, columns, width);
  }

  /** Eight rows at a time: one after the other took four times as long. */
  private static void scatterGroup(
      float[] from, int r0, int ld, int count, float[] to, int at, int distance) {
    int r1 = r0 + ld;
    int r2 = r1 + ld;
    int r3 = r2 + ld;
    int r4 = r3 + ld;
    int r5 = r4 + ld;
    int r6 = r5 + ld;
    int r7 = r6 + ld;
    for (int k = 0; k < count; k++) {
      int t = at + k * distance;
      to[t] = from[r0 + k];
      to[t + 1] = from[r1 + k];
      to[t + 2] = from[r2 + k];
      to[t + 3] = from[r3 + k];
      to[t + 4] = from[r4 + k];
      to[t + 5] = from[r5 + k];
      to[t + 6] = from[r6 + k];
      to[t + 7] = from[r7 + k];
    }
  }

  private static void scatter(float[] from, int fo, int count, float[] to, int at, int distance) {
    for (int k = 0; k < count; k++) {
      to[at + k * distance] = from[fo + k];
    }
  }

  private static void pad(float[] panel, int po, int steps, int columns, int width) {
    if (columns < width) {
      for (int k = 0; k < steps; k++) {
        Arrays.fill(panel, po + k * width + columns, po + (k + 1) * width, 0f);
      }
    }
  }

  /** Copies rows to another distance. */
  static void rows(
      float[] from, int fo, int ldf, int rows, int columns, float[] to, int at, int ldt) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(from, fo + i * ldf, to, at + i * ldt, columns);
    }
  }
}
