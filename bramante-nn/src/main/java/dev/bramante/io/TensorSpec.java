package dev.bramante.io;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;

/**
 * What a tensor must be to fit.
 *
 * @param dtype its element type
 * @param shape its shape
 */
public record TensorSpec(DType dtype, Shape shape) {
  /** Type and shape, as {@code F32[2, 3]}. */
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
