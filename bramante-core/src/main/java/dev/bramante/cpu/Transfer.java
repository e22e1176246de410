package dev.bramante.cpu;

import dev.bramante.cpu.gemm.CompactForm;
import dev.bramante.cpu.gemm.Slab;
import dev.bramante.graph.Type;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Tensor;

/** Moves values between host tensors and the arrays that kernels work on. */
final class Transfer {
  private Transfer() {}

  /** Room for what a tensor of the type holds, with slack; the array is not there yet. */
  static Slab slab(Type type) {
    return new Slab(Math.addExact(length(type), Operand.SLACK));
  }

  /** Gives a slab an array for elements of the type; compact ones are packed into ints. */
  static void allocate(Type type, Slab slab) {
    slab.put(isInts(type) ? new int[slab.size()] : new float[slab.size()], 0);
  }

  /** Whether elements of the type lie in an array of ints. */
  static boolean isInts(Type type) {
    return type.dtype().isInteger() || isCompact(type.dtype());
  }

  /** The elements of an array for the type. */
  static int length(Type type) {
    return isCompact(type.dtype())
        ? Math.multiplyExact(rows(type), CompactForm.of(type.dtype()).ints(columns(type)))
        : type.shape().size();
  }

  /** Whether numbers of the type are held packed. */
  private static boolean isCompact(DType dtype) {
    return dtype == DType.BF16 || dtype == DType.I8;
  }

  /** Rows of what is packed: the first axis. */
  private static int rows(Type type) {
    return type.shape().rank() == 0 ? 1 : type.shape().dim(0);
  }

  private static int columns(Type type) {
    return type.shape().rank() == 0 ? 1 : type.shape().size(1, type.shape().rank());
  }

  /** As {@link #write}, and packs a tensor of a compact type. */
  static void writeAll(Tensor from, Operand to) {
    if (isCompact(from.dtype())) {
      var type = new Type(from.dtype(), from.shape());
      CompactForm.of(from.dtype()).pack(from.array(), rows(type), columns(type), to.ints());
    } else {
      write(from, to);
    }
  }

  /** Undoes {@link #writeAll}. */
  static void readAll(Operand from, Tensor to) {
    if (isCompact(to.dtype())) {
      var type = new Type(to.dtype(), to.shape());
      CompactForm.of(to.dtype()).unpack(from.ints(), rows(type), columns(type), to.array());
    } else {
      read(from, to);
    }
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
