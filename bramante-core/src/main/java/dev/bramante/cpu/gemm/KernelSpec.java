package dev.bramante.cpu.gemm;

/**
 * What is constant in a micro-kernel, and the key under which it is shared.
 *
 * @param lanes floats in a vector: 16, 8 or 4
 * @param rows rows of the tile
 * @param vectors vectors in a row of the tile
 * @param distanceA distance in A of two rows when fixed
 * @param stepA distance in A of two steps when fixed, 0 to take every distance from the layout
 * @param stepB distance in B of two steps when fixed
 */
record KernelSpec(int lanes, int rows, int vectors, int distanceA, int stepA, int stepB) {

  /** A kernel of any segments that takes every distance from the layout. */
  static KernelSpec free(int lanes, int rows, int vectors) {
    return new KernelSpec(lanes, rows, vectors, 0, 0, 0);
  }

  /** A kernel of one segment for operands packed with fixed distances. */
  static KernelSpec fixed(int lanes, int rows, int vectors, int distanceA, int stepA) {
    return new KernelSpec(lanes, rows, vectors, distanceA, stepA, vectors * lanes);
  }

  /**
   * Whether the layout gives the distances. Then the sum may also have several segments: C2 keeps
   * the free kernel's accumulators in registers only inside an outer loop (114 against 80 GFLOP/s
   * of 115), while it is the other way round for a fixed one.
   */
  boolean isFree() {
    return stepA == 0;
  }
}
