package dev.bramante.nn;

import dev.bramante.graph.Value;
import dev.bramante.graph.Window;

/**
 * A skip path to smaller images with more channels that learns nothing (option A of He et al.
 * 2016): every {@code stride}-th pixel, between channels of zeros; from [N, H, W, in] to [N,
 * ⌈H/stride⌉, ⌈W/stride⌉, out].
 *
 * @param in channels that it takes
 * @param out channels that it gives
 * @param stride the distance of the pixels
 */
public record ZeroPaddedShortcut(int in, int out, int stride) implements Layer {
  /** Checks the sizes. */
  public ZeroPaddedShortcut {
    Checks.positive("stride", stride);
    if (out < Checks.positive("input channels", in)) {
      throw new IllegalArgumentException(
          "a padded shortcut cannot go from %d channels to %d".formatted(in, out));
    }
  }

  @Override
  public Value forward(Value x) {
    x.in(this);
    Checks.require(
        x.shape().rank() == 4 && x.dim(3) == in,
        x,
        "the shortcut takes images [N, H, W, %d], not %s",
        in,
        x);
    int before = (out - in) / 2;
    Value pixels = x.avgPool(Window.square(1, stride, 0));
    return pixels.pad(3, before, out - in - before, 0);
  }
}
