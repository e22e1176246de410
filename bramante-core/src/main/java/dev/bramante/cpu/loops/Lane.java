package dev.bramante.cpu.loops;

import dev.bramante.tensor.DType;

/** What a vector register holds in each lane. In memory a MASK is a float of 0 or 1. */
enum Lane {
  FLOAT,
  INT,
  MASK;

  static Lane of(DType dtype) {
    return switch (dtype) {
      case F32 -> FLOAT;
      case I32, I64 -> INT;
      case BOOL -> MASK;
      case BF16, I8 ->
          throw new IllegalArgumentException(
              "kernels compute with F32, I32, I64 and BOOL, not " + dtype);
    };
  }

  /** Whether values live in an {@code int[]} rather than a {@code float[]}. */
  boolean inInts() {
    return this == INT;
  }
}
