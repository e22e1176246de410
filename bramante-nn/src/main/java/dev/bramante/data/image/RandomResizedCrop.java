package dev.bramante.data.image;

import dev.bramante.data.SampleRandom;

/**
 * Cuts out a rectangle of random area and proportions and scales it to a square (Szegedy et al.
 * 2015), as torchvision draws it.
 *
 * @param size the side of the square
 * @param smallest the smallest share of the picture's area; the largest is 1
 * @param filter how it is scaled
 */
public record RandomResizedCrop(int size, double smallest, Resampling filter)
    implements ImageTransform {
  private static final int TRIES = 10;
  private static final double NARROWEST = 3.0 / 4;
  private static final double WIDEST = 4.0 / 3;

  /** Checks the sizes. */
  public RandomResizedCrop {
    if (size < 1 || !(smallest > 0 && smallest <= 1)) {
      throw new IllegalArgumentException(
          "a crop takes a share in (0, 1] to at least 1 pixel, not " + smallest + " to " + size);
    }
  }

  @Override
  public RgbImage apply(RgbImage image, SampleRandom random) {
    RgbImage cut = cut(image, random);
    return Resizer.resize(cut, size, size, filter);
  }

  private RgbImage cut(RgbImage image, SampleRandom random) {
    double area = (double) image.width() * image.height();
    for (int i = 0; i < TRIES; i++) {
      double target = area * uniform(random, smallest, 1);
      double ratio = Math.exp(uniform(random, Math.log(NARROWEST), Math.log(WIDEST)));
      int width = (int) Math.rint(Math.sqrt(target * ratio));
      int height = (int) Math.rint(Math.sqrt(target / ratio));
      if (width > 0 && width <= image.width() && height > 0 && height <= image.height()) {
        int top = random.nextInt(image.height() - height + 1);
        int left = random.nextInt(image.width() - width + 1);
        return CenterCrop.crop(image, left, top, width, height);
      }
    }
    return middle(image);
  }

  /** As much of a very long picture as the proportions allow. */
  private static RgbImage middle(RgbImage image) {
    int width = image.width();
    int height = image.height();
    double ratio = (double) width / height;
    if (ratio < NARROWEST) {
      height = (int) Math.rint(width / NARROWEST);
    } else if (ratio > WIDEST) {
      width = (int) Math.rint(height * WIDEST);
    }
    int left = (image.width() - width) / 2;
    int top = (image.height() - height) / 2;
    return CenterCrop.crop(image, left, top, width, height);
  }

  /** A number of the range, each as likely. */
  static double uniform(SampleRandom random, double from, double to) {
    return from + (to - from) * random.nextFloat();
  }
}
