package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Named;
import dev.bramante.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * Figure 5.1: fully connected layers with an activation after each but the last. What is no vector,
 * an image for instance, is taken as one.
 */
public record Mlp(@Named("") Sequential layers) implements Layer {
  /** The figure's: 50-25-10-2 with ReLU. */
  public Mlp() {
    this(Activation.RELU, 50, 25, 10, 2);
  }

  /** A network of any widths, the input's first. */
  public Mlp(Activation activation, int... widths) {
    this(stack(activation, widths));
  }

  @Override
  public Value forward(Value x) { // [N, 50]
    x = x.reshape(x.dim(0), -1);
    return layers.forward(x); // [N, 25], [N, 10], [N, 2]
  }

  private static Sequential stack(Activation activation, int... widths) {
    if (widths.length < 2) {
      throw new IllegalArgumentException("an mlp has at least two widths: input and output");
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 1; i < widths.length; i++) {
      layers.add(new Linear(widths[i - 1], widths[i]));
      if (i < widths.length - 1) {
        layers.add(activation);
      }
    }
    return new Sequential(layers);
  }
}
