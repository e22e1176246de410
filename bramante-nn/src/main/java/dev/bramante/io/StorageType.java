package dev.bramante.io;

import dev.bramante.tensor.DType;
import java.util.Optional;

/** The element types of safetensors files, and what each is read as. */
public enum StorageType {
  /** IEEE 754 double precision; read as single precision, rounded. */
  F64(8, DType.F32),
  /** IEEE 754 single precision. */
  F32(4, DType.F32),
  /** IEEE 754 half precision; read as single precision, exactly. */
  F16(2, DType.F32),
  /** bfloat16. */
  BF16(2, DType.BF16),
  /** 8-bit float of 5 exponent bits; can be listed, not read. */
  F8_E5M2(1),
  /** 8-bit float of 4 exponent bits; can be listed, not read. */
  F8_E4M3(1),
  /** Signed 64-bit integer. */
  I64(8, DType.I64),
  /** Signed 32-bit integer. */
  I32(4, DType.I32),
  /** Signed 16-bit integer; read as 32 bits. */
  I16(2, DType.I32),
  /** Signed 8-bit integer. */
  I8(1, DType.I8),
  /** Unsigned 64-bit integer; can be listed, not read. */
  U64(8),
  /** Unsigned 32-bit integer; read as 64 bits. */
  U32(4, DType.I64),
  /** Unsigned 16-bit integer; read as 32 bits. */
  U16(2, DType.I32),
  /** Unsigned 8-bit integer; read as 32 bits. */
  U8(1, DType.I32),
  /** Truth value, a byte of 0 or 1. */
  BOOL(1, DType.BOOL);

  private final int bytes;
  private final Optional<DType> readAs;

  StorageType(int bytes, DType readAs) {
    this.bytes = bytes;
    this.readAs = Optional.of(readAs);
  }

  StorageType(int bytes) {
    this.bytes = bytes;
    this.readAs = Optional.empty();
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The type of the tensors that values of this type become; empty if they cannot be read. */
  public Optional<DType> readAs() {
    return readAs;
  }

  /** Whether values of this type are numbers with a fraction that can be read as floats. */
  public boolean isFloating() {
    return readAs.isPresent() && readAs.get().isFloating();
  }

  /** The type under which tensors of the given type are written. */
  public static StorageType of(DType dtype) {
    return switch (dtype) {
      case F32 -> F32;
      case I32 -> I32;
      case I64 -> I64;
      case BOOL -> BOOL;
      case BF16 -> BF16;
      case I8 -> I8;
    };
  }
}
