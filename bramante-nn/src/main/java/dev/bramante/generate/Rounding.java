package dev.bramante.generate;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;

/** Single precision in fewer bits. */
final class Rounding {
  private static final int LEVELS = 127;

  private Rounding() {}

  /** The nearest bfloat16, ties to even. */
  static Tensor bf16(Tensor values) {
    float[] from = values.floats();
    var to = new short[from.length];
    for (int i = 0; i < to.length; i++) {
      int bits = Float.floatToRawIntBits(from[i]);
      int nearest = bits + 0x7fff + (bits >>> 16 & 1);
      // Adding could carry the bits of a NaN into its sign.
      to[i] = (short) ((Float.isNaN(from[i]) ? bits | 0x400000 : nearest) >>> 16);
    }
    return Tensor.wrap(DType.BF16, values.shape(), to);
  }

  /** What integer 1 stands for in each row: a 127th of the largest magnitude. */
  static Tensor scales(Tensor values) {
    int rows = values.shape().dim(0);
    int length = values.shape().size(1, values.shape().rank());
    var scales = new float[rows];
    for (int row = 0; row < rows; row++) {
      float largest = 0;
      for (int i = row * length; i < (row + 1) * length; i++) {
        largest = Math.max(largest, Math.abs(values.floats()[i]));
      }
      scales[row] = largest / LEVELS;
    }
    return Tensor.of(Shape.of(rows), scales);
  }

  /** The nearest multiples of the rows' scales. */
  static Tensor int8(Tensor values, Tensor scales) {
    float[] from = values.floats();
    int length = values.shape().size(1, values.shape().rank());
    var to = new byte[from.length];
    for (int i = 0; i < to.length; i++) {
      float scale = scales.floats()[i / length];
      to[i] =
          scale == 0 ? 0 : (byte) Math.clamp((long) Math.rint(from[i] / scale), -LEVELS, LEVELS);
    }
    return Tensor.wrap(DType.I8, values.shape(), to);
  }
}
