package dev.bramante.data.image;

import dev.bramante.data.SampleRandom;

/**
 * Cuts a square out of the middle; what is missing of it is black.
 *
 * @param size its side in pixels
 */
public record CenterCrop(int size) implements ImageTransform {
  /** Checks the side. */
  public CenterCrop {
    if (size < 1) {
      throw new IllegalArgumentException("a square of " + size + " pixels is none");
    }
  }

  @Override
  public RgbImage apply(RgbImage image, SampleRandom random) {
    // A half is rounded to the even number, as in torchvision.
    int left = (int) Math.rint((image.width() - size) / 2.0);
    int top = (int) Math.rint((image.height() - size) / 2.0);
    return crop(image, left, top, size, size);
  }

  /** A rectangle of a picture; what lies outside is black. */
  static RgbImage crop(RgbImage image, int left, int top, int width, int height) {
    var cut = RgbImage.black(width, height);
    int firstX = Math.max(0, left);
    int count = Math.min(image.width(), left + width) - firstX;
    if (count <= 0) {
      return cut;
    }
    for (int y = Math.max(0, top); y < Math.min(image.height(), top + height); y++) {
      int from = 3 * (y * image.width() + firstX);
      int to = 3 * ((y - top) * width + firstX - left);
      System.arraycopy(image.rgb(), from, cut.rgb(), to, 3 * count);
    }
    return cut;
  }
}
