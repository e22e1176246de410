package dev.bramante.nn;

import dev.bramante.graph.Value;
import java.util.List;

/** Layers one after the other. Their names are their indices: {@code 0.weight}. */
public record Sequential(@Named("") List<Layer> layers) implements Layer {
  /** Layers one after the other. */
  public Sequential(Layer... layers) {
    this(List.of(layers));
  }

  /** Copies the list. */
  public Sequential {
    layers = List.copyOf(layers);
  }

  @Override
  public Value forward(Value x) {
    for (Layer layer : layers) {
      x = layer.forward(x);
    }
    return x;
  }
}
