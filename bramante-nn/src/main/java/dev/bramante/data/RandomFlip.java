package dev.bramante.data;

import dev.bramante.tensor.Shape;

/** Mirrors every other image, at random, left to right. */
public record RandomFlip() implements Transform {
  @Override
  public void apply(float[] values, int offset, Shape shape, SampleRandom random) {
    ImageShape.require(shape);
    if (random.nextBoolean()) {
      flip(values, offset, shape);
    }
  }

  static void flip(float[] values, int offset, Shape shape) {
    int width = shape.dim(1);
    int channels = shape.dim(2);
    for (int y = 0; y < shape.dim(0); y++) {
      int row = offset + y * width * channels;
      for (int x = 0; x < width / 2; x++) {
        int left = row + x * channels;
        int right = row + (width - 1 - x) * channels;
        for (int c = 0; c < channels; c++) {
          float kept = values[left + c];
          values[left + c] = values[right + c];
          values[right + c] = kept;
        }
      }
    }
  }
}
