package dev.bramante.cpu;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Tensor;

/** Moves values between host tensors and the arrays that kernels work on. */
final class Transfer {
  private Transfer() {}

  /** An array for elements of the type, with slack. */
  static Object allocate(DType dtype, int size) {
    return dtype.isInteger() ? new int[size + Operand.SLACK] : new float[size + Operand.SLACK];
  }

  /**
   * Copies a tensor to an operand.
   *
   * @throws IllegalArgumentException if a 64-bit integer does not fit 32 bits
   */
  static void write(Tensor from, Operand to) {
    int size = from.shape().size();
    switch (from.dtype()) {
      case F32 -> System.arraycopy(from.floats(), 0, to.floats(), to.offset(), size);
      case I32 -> System.arraycopy(from.ints(), 0, to.ints(), to.offset(), size);
      case I64 -> narrow(from.longs(), to.ints(), to.offset());
      case BOOL -> {
        byte[] values = from.booleans();
        float[] floats = to.floats();
        for (int i = 0; i < size; i++) {
          floats[to.offset() + i] = values[i] == 0 ? 0f : 1f;
        }
      }
      case BF16, I8 ->
          throw new IllegalArgumentException(from.dtype() + " is for storage: convert it to F32");
    }
  }

  /** Copies an operand to a tensor. */
  static void read(Operand from, Tensor to) {
    int size = to.shape().size();
    switch (to.dtype()) {
      case F32 -> System.arraycopy(from.floats(), from.offset(), to.floats(), 0, size);
      case I32 -> System.arraycopy(from.ints(), from.offset(), to.ints(), 0, size);
      case I64 -> {
        long[] longs = to.longs();
        for (int i = 0; i < size; i++) {
          longs[i] = from.ints()[from.offset() + i];
        }
      }
      case BOOL -> {
        byte[] values = to.booleans();
        for (int i = 0; i < size; i++) {
          values[i] = (byte) (from.floats()[from.offset() + i] == 0f ? 0 : 1);
        }
      }
      case BF16, I8 ->
          throw new IllegalArgumentException(to.dtype() + " is for storage: ask for F32");
    }
  }

  private static void narrow(long[] from, int[] to, int offset) {
    for (int i = 0; i < from.length; i++) {
      if (from[i] != (int) from[i]) {
        throw new IllegalArgumentException(
            "element " + i + " is " + from[i] + ": 64-bit values must fit 32 bits");
      }
      to[offset + i] = (int) from[i];
    }
  }
}
