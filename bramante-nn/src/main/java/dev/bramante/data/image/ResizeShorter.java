package dev.bramante.data.image;

import dev.bramante.data.SampleRandom;

/**
 * Scales a picture so that its shorter side has a length, and keeps its proportions.
 *
 * @param size the length in pixels
 * @param filter how
 */
public record ResizeShorter(int size, Resampling filter) implements ImageTransform {
  /** A strip of one pixel's height would become a picture that fits no memory. */
  private static final int MAX_PIXELS = 64_000_000;

  /** Checks the length. */
  public ResizeShorter {
    if (size < 1) {
      throw new IllegalArgumentException("an image cannot be scaled to " + size + " pixels");
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the picture is far longer than wide, so that it would
   *     become too large
   */
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
    long scaled = (long) size * longer / shorter;
    if (scaled * size > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "a picture of %d × %d pixels is too long to be scaled to %d"
              .formatted(longer, shorter, size));
    }
    return (int) scaled;
  }
}
