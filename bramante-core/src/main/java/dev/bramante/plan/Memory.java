package dev.bramante.plan;

import dev.bramante.graph.Variable;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Tensor;

/** Where values live. */
public sealed interface Memory {
  /** The arena of 32-bit floats; F32, and BOOL as 0 and 1. */
  record Floats() implements Memory {}

  /** The arena of 32-bit integers; I32, and I64 narrowed. */
  record Ints() implements Memory {}

  /** As {@link Floats}, for what is computed once and stays from run to run. */
  record KeptFloats() implements Memory {}

  /** As {@link Ints}, for what is computed once and stays from run to run. */
  record KeptInts() implements Memory {}

  /** What a variable holds. */
  record Held(Variable variable) implements Memory {}

  /** A constant of the graph. */
  record Fixed(Tensor value) implements Memory {}

  /** The arena for intermediates of a type. */
  static Memory arena(DType dtype) {
    return dtype.isInteger() ? new Ints() : new Floats();
  }

  /** The arena for values of a type that are computed once. */
  static Memory kept(DType dtype) {
    return dtype.isInteger() ? new KeptInts() : new KeptFloats();
  }
}
