package dev.bramante.data.image;

import dev.bramante.data.SampleRandom;

/**
 * Scales a picture to a square, whatever its proportions.
 *
 * @param size the side in pixels
 * @param filter how
 */
public record Resize(int size, Resampling filter) implements ImageTransform {
  /** Checks the side. */
  public Resize {
    if (size < 1) {
      throw new IllegalArgumentException("an image cannot be scaled to " + size + " pixels");
    }
  }

  @Override
  public RgbImage apply(RgbImage image, SampleRandom random) {
    return Resizer.resize(image, size, size, filter);
  }
}
