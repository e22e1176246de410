package dev.bramante.data.image;

import dev.bramante.data.SampleRandom;

/**
 * Scales a picture so that its shorter side has a length, and keeps its proportions.
 *
 * @param size the length in pixels
 * @param filter how
 */
public record ResizeShorter(int size, Resampling filter) implements ImageTransform {
  /** Checks the length. */
  public ResizeShorter {
    if (size < 1) {
      throw new IllegalArgumentException("an image cannot be scaled to " + size + " pixels");
    }
  }

  @Override
  public RgbImage apply(RgbImage image, SampleRandom random) {
    int width = image.width();
    int height = image.height();
    // The longer side is cut to whole pixels, not rounded, as in torchvision.
    return width <= height
        ? Resizer.resize(image, size, longer(height, width), filter)
        : Resizer.resize(image, longer(width, height), size, filter);
  }

  private int longer(int longer, int shorter) {
    return Math.toIntExact((long) size * longer / shorter);
  }
}
