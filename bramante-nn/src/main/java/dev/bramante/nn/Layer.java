package dev.bramante.nn;

import dev.bramante.graph.Value;
import java.util.List;

/**
 * A part of a network: a record whose components are its sub-layers, its {@link Parameter}s and its
 * numbers.
 *
 * <p>{@code forward} is called once for each graph that is wanted of the layer; whether that is for
 * training or for evaluation, the value's trace knows. A layer that adds operations begins with
 * {@code x.in(this)}, so that errors and profiles name it.
 */
public interface Layer extends Network {
  /**
   * Adds the layer's operations to the trace of its input.
   *
   * @throws dev.bramante.graph.ShapeException if the input doesn't fit; it names the layer
   */
  Value forward(Value x);

  @Override
  default Value forward(List<Value> inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException("a layer takes one input, not " + inputs.size());
    }
    return forward(inputs.getFirst());
  }
}
