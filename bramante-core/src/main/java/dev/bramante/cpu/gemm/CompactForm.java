package dev.bramante.cpu.gemm;

import dev.bramante.tensor.DType;
import java.util.Arrays;

/**
 * How rows of numbers of 16 or 8 bits lie in ints, so that vectors of any width read them without
 * lanes of less than 32 bits, which the Vector API converts slowly: a block is 16 ints; int i of it
 * holds elements i, 16 + i and so on of the block, the first in its lowest bits. Rows begin with a
 * block of their own, the last one is filled up with zeros.
 */
public enum CompactForm {
  /** Two bfloat16 in an int. */
  BF16(2),
  /**
   * Four 8-bit integers from −127 to 127, added with factors of 1, 2^8, 2^16 and 2^24: moved up by
   * 24, 16, 8 or no bits, an int is one of them times 2^24 and a 256th of what it is moved up
   * further.
   */
  I8(4);

  /** Ints in a block: those of the widest vector. */
  public static final int BLOCK = 16;

  private final int share;

  CompactForm(int share) {
    this.share = share;
  }

  /**
   * The form of an element type.
   *
   * @throws IllegalArgumentException if it has none
   */
  public static CompactForm of(DType dtype) {
    return switch (dtype) {
      case BF16 -> BF16;
      case I8 -> I8;
      case F32, I32, I64, BOOL -> throw new IllegalArgumentException(dtype + " is not compact");
    };
  }

  /** Blocks of a row of {@code k} elements. */
  public int blocks(int k) {
    return Split.units(k, share * BLOCK);
  }

  /** Elements in a block. */
  public int elements() {
    return share * BLOCK;
  }

  /** Ints of a row of {@code k} elements. */
  public int ints(int k) {
    return blocks(k) * BLOCK;
  }

  private int bits() {
    return Integer.SIZE / share;
  }

  /** Packs rows of {@code k} elements, a {@code short[]} or {@code byte[]} row-major. */
  public void pack(Object from, int rows, int k, int[] to) {
    for (int r = 0; r < rows; r++) {
      packRow(from, r * k, k, to, r * ints(k));
    }
  }

  private void packRow(Object from, int fo, int k, int[] to, int at) {
    Arrays.fill(to, at, at + ints(k), 0);
    for (int i = 0; i < k; i++) {
      int bits =
          switch (this) {
            case BF16 -> ((short[]) from)[fo + i] & 0xffff;
            case I8 -> small(((byte[]) from)[fo + i]);
          };
      to[at + place(i)] += bits << shift(i);
    }
  }

  private static int small(byte value) {
    if (value == Byte.MIN_VALUE) {
      throw new IllegalArgumentException("8-bit integers are held from -127 to 127, not -128");
    }
    return value;
  }

  /** The number in the highest byte, to which smaller ones, of either sign, have been added. */
  private static int top(int sum) {
    return sum + (1 << 23) >> 24;
  }

  /** The int of a row that holds element {@code i}. */
  private int place(int i) {
    return i / elements() * BLOCK + i % BLOCK;
  }

  private int shift(int i) {
    return i % elements() / BLOCK * bits();
  }

  /** Undoes {@link #pack}. */
  public void unpack(int[] from, int rows, int k, Object to) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < k; i++) {
        int bits = from[r * ints(k) + place(i)];
        switch (this) {
          case BF16 -> ((short[]) to)[r * k + i] = (short) (bits >>> shift(i));
          case I8 -> ((byte[]) to)[r * k + i] = (byte) top(bits << Integer.SIZE - 8 - shift(i));
        }
      }
    }
  }

  /** The numbers of one row times a scale. */
  public void floats(int[] from, int at, int k, float scale, float[] to, int po) {
    for (int block = 0; block < blocks(k); block++) {
      for (int part = 0; part < share; part++) {
        int first = block * elements() + part * BLOCK;
        int up = Integer.SIZE - bits() * (part + 1);
        int count = Math.min(BLOCK, k - first);
        if (this == BF16) {
          halves(from, at + block * BLOCK, up, count, scale, to, po + first);
        } else {
          bytes(from, at + block * BLOCK, up, count, scale, to, po + first);
        }
      }
    }
  }

  private static void halves(
      int[] from, int at, int up, int count, float scale, float[] to, int po) {
    for (int i = 0; i < count; i++) {
      to[po + i] = scale * Float.intBitsToFloat(from[at + i] << up & 0xffff0000);
    }
  }

  private static void bytes(
      int[] from, int at, int up, int count, float scale, float[] to, int po) {
    for (int i = 0; i < count; i++) {
      to[po + i] = scale * top(from[at + i] << up);
    }
  }
}
