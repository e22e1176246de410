package dev.bramante.io;

import dev.bramante.tensor.Tensor;
import java.util.function.Supplier;

/**
 * A tensor to be written, whose elements are fetched when it is its turn.
 *
 * @param name its name
 * @param spec its element type and shape
 * @param values gives it
 */
public record TensorSource(String name, TensorSpec spec, Supplier<Tensor> values) {
  /** A tensor that is there already. */
  public static TensorSource of(String name, Tensor tensor) {
    return new TensorSource(name, new TensorSpec(tensor.dtype(), tensor.shape()), () -> tensor);
  }

  /** The same under another name. */
  public TensorSource named(String other) {
    return new TensorSource(other, spec, values);
  }

  /** The tensor. */
  Tensor tensor() {
    Tensor tensor = values.get();
    var given = new TensorSpec(tensor.dtype(), tensor.shape());
    if (!given.equals(spec)) {
      throw new IllegalArgumentException(name + " is " + given + ", not " + spec);
    }
    return tensor;
  }
}
