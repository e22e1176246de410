package dev.bramante.data;

import dev.bramante.tensor.Shape;

/** What inputs that are images have in common: the axes height, width and channels. */
final class ImageShape {
  private ImageShape() {}

  /**
   * Requires an image's three axes.
   *
   * @throws IllegalArgumentException if there are more or fewer
   */
  static void require(Shape shape) {
    if (shape.rank() != 3) {
      throw new IllegalArgumentException(
          "an image has the axes height, width and channels, this input " + shape);
    }
  }
}
