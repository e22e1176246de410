package dev.bramante.cpu.gemm;

import java.util.Arrays;

/** Copies operands into the order in which the kernels read them. */
final class Packing {
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

  /** Fills the columns of a panel that its matrix has not. */
  static void pad(float[] panel, int po, int steps, int columns, int width) {
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
