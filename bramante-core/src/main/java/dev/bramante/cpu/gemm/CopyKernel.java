package dev.bramante.cpu.gemm;

/** Copies short rows, of a whole number of vectors each. */
interface CopyKernel {
  /**
   * Copies rows one after the other, so that what a row writes beyond its distance is written again
   * by the next.
   *
   * @param from source
   * @param fo offset of its first row
   * @param distanceFrom distance of its rows
   * @param to destination
   * @param at offset of its first row
   * @param distanceTo distance of its rows
   * @param rows number of rows
   */
  void run(float[] from, int fo, int distanceFrom, float[] to, int at, int distanceTo, int rows);
}
