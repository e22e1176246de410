package dev.bramante.cpu;

import dev.bramante.cpu.gemm.Slab;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a kernel finds an operand: in a range of a {@code float[]} (F32, and BOOL as 0 and 1) or
 * {@code int[]} (I32 and I64), from an element on. At least {@link #SLACK} elements follow the last
 * one, so that vector loads may read past it.
 *
 * @param slab the range, whose array is there before the first run, and may be another in the next
 * @param at the first element within it
 */
record Operand(Slab slab, int at) {
  /** Elements allocated past the end of every array that kernels use. */
  static final int SLACK = 64;

  /** No operand. */
  static final Operand NONE = new Operand(Slab.of(new float[0]), 0);

  Object array() {
    return slab.array();
  }

  float[] floats() {
    return slab.floats();
  }

  int[] ints() {
    return slab.ints();
  }

  /** The index of the first element in the array. */
  int offset() {
    return slab.base() + at;
  }

  static List<Operand> concat(List<Operand> first, List<Operand> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  static Object[] arrays(List<Operand> operands) {
    return operands.stream().map(Operand::array).toArray();
  }

  static int[] offsets(List<Operand> operands) {
    return operands.stream().mapToInt(Operand::offset).toArray();
  }
}
