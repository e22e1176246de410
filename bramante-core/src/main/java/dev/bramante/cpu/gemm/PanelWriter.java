package dev.bramante.cpu.gemm;

/** Copies a matrix into panels of columns, padded with zeros, in the order kernels read them. */
sealed interface PanelWriter permits PanelCopy, PanelTranspose {
  /**
   * Fills panels that follow each other.
   *
   * @param b the matrix, what is copied begins at {@code bo}
   * @param ldb distance of its rows
   * @param steps rows of each panel
   * @param columns number of columns; only the last panel may have fewer than its width
   * @param panels where to
   * @param po offset of the first panel
   * @param distance distance of two panels
   */
  void spread(
      float[] b, int bo, int ldb, int steps, int columns, float[] panels, int po, int distance);
}
