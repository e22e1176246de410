package dev.bramante.nn;

import dev.bramante.graph.Value;
import java.util.List;

/**
 * A record whose components are layers, {@link Parameter}s and numbers, and which adds operations
 * to the trace of its inputs. A {@link Layer} is one of a single input.
 */
public interface Network {
  /**
   * Adds the network's operations to the trace of its inputs.
   *
   * @throws dev.bramante.graph.ShapeException if the inputs don't fit; it names the layer
   */
  Value forward(List<Value> inputs);
}
