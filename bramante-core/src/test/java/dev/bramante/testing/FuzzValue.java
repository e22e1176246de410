package dev.bramante.testing;

import dev.bramante.graph.Value;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;

/** A value of a random graph with what is known of its elements. */
record FuzzValue(Value value, Bounds bounds) {
  DType dtype() {
    return value.type().dtype();
  }

  Shape shape() {
    return value.shape();
  }

  boolean isFloat() {
    return dtype() == DType.F32;
  }

  boolean isNumber() {
    return dtype() != DType.BOOL;
  }
}
