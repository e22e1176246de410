package dev.bramante.parity;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.SplitMix;
import dev.bramante.tensor.Tensor;

/**
 * Moves numbers at random by about as much as rounding does, to see how much of it a result
 * amplifies.
 *
 * @param run distinguishes noises; 0 is none
 * @param size the largest relative change
 */
record Noise(int run, double size) {
  /** No noise. */
  static final Noise NONE = new Noise(0, 0);

  /** A copy with every element moved; the tensor itself if there is no noise or it holds ids. */
  Tensor on(String name, Tensor tensor) {
    if (run == 0 || tensor.dtype() != DType.F32) {
      return tensor;
    }
    long key = SplitMix.key(run, name);
    float[] values = tensor.floats().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * (1 + size * (2 * SplitMix.uniform(key, i) - 1)));
    }
    return Tensor.of(tensor.shape(), values);
  }
}
