package dev.bramante.nn;

import dev.bramante.graph.Value;
import dev.bramante.graph.Window;

/** The largest element of each window, from [N, H, W, C] to [N, OH, OW, C] (section 4.4). */
public record MaxPool2d(Window window) implements Layer {
  /** Square windows side by side. */
  public MaxPool2d(int kernel) {
    this(kernel, kernel, 0);
  }

  /** Square windows. */
  public MaxPool2d(int kernel, int stride, int pad) {
    this(Window.square(kernel, stride, pad));
  }

  @Override
  public Value forward(Value x) {
    return x.in(this).maxPool(window);
  }
}
