package dev.bramante.cpu.gemm;

/**
 * Computes one register tile of a sum of products; the seam between blocking and arithmetic.
 *
 * <p>With R rows, V vectors of L lanes fixed when the kernel was made ({@link KernelSpec}):
 *
 * <pre>
 * C[i][v] = init[io + rowC[i]·ldi + v·L ...]
 *         + Σ_s Σ_k A[ao + segA[s] + k·stepA + rowA[i]] · B[bo + s·segB + k·stepB + v·L ...]
 * stored at c[co + rowC[i]·ldc + v·L ...]
 * </pre>
 *
 * <p>The start of the tile is data, not a variant: zeros or a bias with {@code ldi = 0}, or C
 * itself to accumulate. Every vector is read and written whole.
 */
interface MicroKernel {
  /**
   * Computes a tile.
   *
   * @param layout offsets and distances
   * @param seg first segment, an index into {@code layout.segA()}
   * @param segs number of segments; 1 unless the kernel is segmented
   * @param steps steps of the sum in each segment
   * @param a left operand, of which single values are broadcast
   * @param ao offset of the tile in {@code a}
   * @param b right operand, of which vectors are read
   * @param bo offset of the tile in {@code b}
   * @param init start values
   * @param io offset of the tile in {@code init}
   * @param ldi distance of rows in {@code init}
   * @param c result
   * @param co offset of the tile in {@code c}
   * @param ldc distance of rows in {@code c}
   */
  void run(
      TileLayout layout,
      int seg,
      int segs,
      int steps,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] init,
      int io,
      int ldi,
      float[] c,
      int co,
      int ldc);
}
