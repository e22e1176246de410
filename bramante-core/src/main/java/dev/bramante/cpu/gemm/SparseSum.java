package dev.bramante.cpu.gemm;

/**
 * Adds up a few of many rows, each with a factor; the arithmetic of sparse gradients.
 *
 * <p>With R rows of V vectors of L lanes fixed when the kernel was made:
 *
 * <pre>
 * to[at + r·ldt + v·L ...]
 *     += Σ_e factors[xo + e] · from[fo + places[po + e] + r·ldf + v·L ...]
 * </pre>
 *
 * <p>The sums stay in registers, so that an entry costs a load and a multiply-add for each vector.
 * Every vector is read and written whole.
 */
interface SparseSum {
  /**
   * Adds the entries to the tile.
   *
   * @param places offset in {@code from} that belongs to each entry
   * @param po offset of the first entry in {@code places}
   * @param factors factor of each entry
   * @param xo offset of the first entry in {@code factors}
   * @param count number of entries
   * @param from what is added up
   * @param fo offset in {@code from}
   * @param ldf distance of rows in {@code from}
   * @param to the sums
   * @param at offset of the tile in {@code to}
   * @param ldt distance of rows in {@code to}
   */
  void run(
      int[] places,
      int po,
      float[] factors,
      int xo,
      int count,
      float[] from,
      int fo,
      int ldf,
      float[] to,
      int at,
      int ldt);
}
