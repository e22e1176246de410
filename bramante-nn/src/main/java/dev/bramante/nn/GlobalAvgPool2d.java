package dev.bramante.nn;

import dev.bramante.graph.Value;

/** The mean of each channel over the whole image, from [N, H, W, C] to [N, C]. */
public record GlobalAvgPool2d() implements Layer {
  @Override
  public Value forward(Value x) {
    x.in(this);
    Checks.require(x.shape().rank() == 4, x, "global pooling takes images [N, H, W, C], not %s", x);
    return x.mean(1, 2);
  }
}
