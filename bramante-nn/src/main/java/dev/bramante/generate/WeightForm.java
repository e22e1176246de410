package dev.bramante.generate;

import dev.bramante.tensor.DType;

/** The form in which an engine holds the matrices of a network. */
public enum WeightForm {
  /** Single precision, 4 bytes a number. */
  F32(DType.F32),
  /** bfloat16, 2 bytes: the nearest number with 8 significant bits, ties to even. */
  BF16(DType.BF16),
  /**
   * 8-bit integers, 1 byte: of each row, the multiples of a 127th of its largest magnitude that are
   * nearest.
   */
  INT8(DType.I8);

  private final DType dtype;

  WeightForm(DType dtype) {
    this.dtype = dtype;
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }
}
