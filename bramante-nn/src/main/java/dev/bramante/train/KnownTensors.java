package dev.bramante.train;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors over arrays that are filled again and again, each made once. A loader has few batches.
 */
final class KnownTensors {
  private final List<Tensor> known = new ArrayList<>();

  /** The tensor over an array. */
  Tensor of(DType dtype, Shape shape, Object array) {
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i).array() == array) {
        return known.get(i);
      }
    }
    Tensor tensor = Tensor.wrap(dtype, shape, array);
    known.add(tensor);
    return tensor;
  }
}
