package dev.bramante.nn;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Tensor;

/** What a parameter holds, element by element, so that no copy of it has to be there. */
@FunctionalInterface
public interface Elements {
  /** The element at a row-major position in the shape that checkpoints have. */
  float at(int index);

  /** Those of a tensor that is there, which must not change from then on. */
  static Elements of(Tensor tensor) {
    if (tensor.dtype() != DType.F32) {
      return index -> (float) tensor.at(index);
    }
    float[] values = tensor.floats();
    return index -> values[index];
  }
}
