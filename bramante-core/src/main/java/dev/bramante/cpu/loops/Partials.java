package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Operand.Fixed;
import dev.bramante.cpu.loops.Operand.Shared;

/**
 * Room for the partial results of a sum: floats in memory that the kernel shares with others, ints,
 * which are rare, in its own.
 */
final class Partials {
  private final Operand operand;
  private final int size;
  private Object array;
  private int at;

  private Partials(Operand operand, int size) {
    this.operand = operand;
    this.size = size;
    this.array = operand;
  }

  /**
   * Room for {@code size} results.
   *
   * @param before floats of shared memory that are taken
   */
  static Partials of(Sum sum, int size, int before) {
    int rounded = (size + 31) / 16 * 16;
    boolean ints = sum.to().ints();
    var source = ints ? new Fixed(new int[rounded]) : new Shared(before);
    var operand = new Operand(source, ints, sum.to().strides().clone());
    return new Partials(operand, ints ? 0 : rounded);
  }

  /** The place as an operand of a piece. */
  Operand operand() {
    return operand;
  }

  /** Floats of shared memory. */
  int scratch() {
    return size;
  }

  void bind(Object[] arrays, int[] offsets) {
    switch (operand.source()) {
      case Fixed(var own) -> array = own;
      case Shared(var offset) -> {
        array = arrays[arrays.length - 1];
        at = offsets[offsets.length - 1] + offset;
      }
      case Operand.Bound _, Operand.Scratch _, Operand.Position _ ->
          throw new IllegalStateException("partial results have an array of their own");
    }
  }

  /** The array, once bound. */
  Object array() {
    return array;
  }

  /** Where the first result is in the array. */
  int at() {
    return at;
  }
}
