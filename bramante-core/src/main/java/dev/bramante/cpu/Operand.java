package dev.bramante.cpu;

import java.util.List;
import java.util.stream.Stream;

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
