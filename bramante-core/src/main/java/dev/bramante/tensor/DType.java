package dev.bramante.tensor;

/**
 * Element types.
 *
 * <p>Bramante computes with {@link #F32}, {@link #I32}, {@link #I64} and {@link #BOOL}. {@link
 * #BF16} and {@link #I8} are storage types: values of these types can be held and converted, not
 * yet computed with.
 */
public enum DType {
  /** IEEE 754 single precision. */
  F32(4),
  /** Signed 32-bit integer; indices. */
  I32(4),
  /** Signed 64-bit integer; indices as other frameworks store them. */
  I64(8),
  /** Truth value, a byte of 0 or 1. */
  BOOL(1),
  /** bfloat16, the upper half of a single-precision number. */
  BF16(2),
  /** Signed 8-bit integer. */
  I8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element in a file or a host array. */
  public int bytes() {
    return bytes;
  }

  /** Whether values of this type are numbers with a fraction, and so have gradients. */
  public boolean isFloating() {
    return this == F32 || this == BF16;
  }

  /** Whether values of this type can serve as indices. */
  public boolean isInteger() {
    return this == I32 || this == I64;
  }
}
