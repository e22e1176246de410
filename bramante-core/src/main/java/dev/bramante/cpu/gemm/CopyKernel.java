package dev.bramante.cpu.gemm;

/** Copies what its {@link CopyForm} says: rows of whole vectors, or squares, transposed. */
interface CopyKernel {
  /**
   * Copies rows one after the other, so that what a row writes beyond its distance is written again
   * by the next; or squares, transposed, each behind the one before: along the rows of the source,
   * and down those of the destination.
   *
   * @param from source
   * @param fo offset of its first row
   * @param distanceFrom distance of its rows
   * @param to destination
   * @param at offset of its first row
   * @param distanceTo distance of its rows
   * @param count number of rows, or of squares
   */
  void run(float[] from, int fo, int distanceFrom, float[] to, int at, int distanceTo, int count);
}
