package dev.bramante.nn;

import dev.bramante.graph.Value;

/**
 * All axes after the first as one, from [N, …] to [N, features]. Images [N, H, W, C] are flattened
 * channel by channel, as the ecosystem does with its [N, C, H, W], so that the weights of a fully
 * connected layer mean the same.
 */
public record Flatten() implements Layer {
  @Override
  public Value forward(Value x) {
    x.in(this);
    Checks.require(x.shape().rank() >= 2, x, "flatten takes [N, …], not %s", x);
    Value ordered = x.shape().rank() == 4 ? x.transpose(0, 3, 1, 2) : x;
    return ordered.reshape(x.dim(0), x.shape().size(1, x.shape().rank()));
  }
}
