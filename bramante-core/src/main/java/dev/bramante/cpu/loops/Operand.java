package dev.bramante.cpu.loops;

/**
 * Where a slot's elements are.
 *
 * @param ints whether in an {@code int[]}
 * @param strides distances along the axes of the {@link Space}
 */
record Operand(Source source, boolean ints, int[] strides) {

  /** An array, or the lack of one. */
  sealed interface Source {}

  /** An array that the kernel is bound to, by its place among inputs and outputs. */
  record Bound(int index) implements Source {}

  /** An array that belongs to the kernel. */
  record Fixed(Object array) implements Source {}

  /**
   * A place in memory that all workers share while the kernel runs: the last array it is bound to.
   */
  record Shared(int offset) implements Source {}

  /** A place in the scratch memory of each worker. */
  record Scratch(int offset) implements Source {}

  /** No array: the position itself. */
  record Position() implements Source {}
}
