package dev.bramante.cpu.gemm;

/**
 * Finds in each window of a row of windows the first element that equals the window's maximum, for
 * as many channels as a vector has lanes; the number of elements T is fixed when the kernel is
 * made.
 *
 * <pre>
 * out[oo + i·stepOut ...] = base + i·stepBase
 *     + places[the first t with x[xo + i·stepX + taps[t] ...] == y[yo + i·stepY ...]]
 * </pre>
 *
 * <p>An element may stand in {@code taps} several times with the same place. The last one is not
 * compared: it is what remains.
 */
interface PoolIndex {
  /**
   * Finds the maxima of {@code count} windows.
   *
   * @param taps offset of each element in a window of x
   * @param places what to give for each element
   * @param count number of windows
   * @param x what was pooled
   * @param xo offset of the first window
   * @param stepX distance of two windows
   * @param y the maxima
   * @param yo offset of the first one
   * @param stepY distance of two of them
   * @param out the places
   * @param oo offset of the first one
   * @param stepOut distance of two of them
   * @param base what is added to the first window's place
   * @param stepBase what is added more for each window
   */
  void run(
      int[] taps,
      int[] places,
      int count,
      float[] x,
      int xo,
      int stepX,
      float[] y,
      int yo,
      int stepY,
      int[] out,
      int oo,
      int stepOut,
      int base,
      int stepBase);
}
