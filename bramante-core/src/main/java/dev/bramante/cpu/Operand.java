package dev.bramante.cpu;

/**
 * Where a kernel finds an operand: a {@code float[]} (F32, and BOOL as 0 and 1) or {@code int[]}
 * (I32 and I64), and the index of the first element. At least {@link #SLACK} elements follow the
 * last one, so that vector loads may read past it.
 */
record Operand(Object array, int offset) {
  /** Elements allocated past the end of every array that kernels use. */
  static final int SLACK = 64;

  float[] floats() {
    return (float[]) array;
  }

  int[] ints() {
    return (int[]) array;
  }
}
