package dev.bramante.graph;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;

/** Element type and shape of a value in a graph. */
public record Type(DType dtype, Shape shape) {
  /** A single-precision type of the given sizes. */
  public static Type f32(int... dims) {
    return new Type(DType.F32, Shape.of(dims));
  }

  /** A 32-bit index type of the given sizes. */
  public static Type i32(int... dims) {
    return new Type(DType.I32, Shape.of(dims));
  }

  /** The same element type with another shape. */
  public Type with(Shape other) {
    return new Type(dtype, other);
  }

  /** As {@code F32[2, 3]}. */
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
