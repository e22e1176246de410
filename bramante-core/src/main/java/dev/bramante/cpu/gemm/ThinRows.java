package dev.bramante.cpu.gemm;

/**
 * Dot products of one or four vectors with each of the rows of a matrix, which lie one after the
 * other and are read once, from first to last. A vector's products are the same bits with one as
 * with four.
 *
 * <p>What a product gives is a vector of sums: adding its lanes is left to the caller, since the
 * order in which the Vector API does it differs between the interpreter and compiled code.
 *
 * <p>The elements of the vectors lie in the order in which they are met ({@link ThinOperand}).
 */
interface ThinRows {
  /** Of rows of {@code k} floats. */
  void floats(float[] w, int wo, int rows, int k, float[] x, int xo, float[] y, int yo);

  /** The same of four vectors; the sums of one row lie side by side. */
  void fourOfFloats(float[] w, int wo, int rows, int k, float[] x, int xo, float[] y, int yo);

  /** Of rows of bfloat16, {@code length} ints each. */
  void halves(int[] w, int wo, int rows, int length, float[] x, int xo, float[] y, int yo);

  /** The same of four vectors. */
  void fourOfHalves(int[] w, int wo, int rows, int length, float[] x, int xo, float[] y, int yo);

  /** Of rows of 8-bit integers, {@code length} ints each, times 2^24. */
  void bytes(int[] w, int wo, int rows, int length, float[] x, int xo, float[] y, int yo);

  /** The same of four vectors. */
  void fourOfBytes(int[] w, int wo, int rows, int length, float[] x, int xo, float[] y, int yo);

  /** Of {@code count} floats, a multiple of four vectors: reads memory, and little else. */
  void sum(float[] x, int xo, int count, float[] y, int yo);
}
