package dev.bramante.data.image;

import dev.bramante.data.SampleRandom;

/**
 * Varies brightness, contrast, saturation and hue, in random order, by random factors: the first
 * three between 1 − x and 1 + x, the hue by a turn of up to x of the colour circle. Defined as in
 * torchvision on PIL's images.
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
    implements ImageTransform {
  private static final int KINDS = 4;

  /** Checks the ranges. */
  public ColorJitter {
    if (!(brightness >= 0 && contrast >= 0 && saturation >= 0 && hue >= 0 && hue <= 0.5)) {
      throw new IllegalArgumentException(
          "the ranges of a colour jitter are at least 0, that of the hue at most 0.5");
    }
  }

  @Override
  public RgbImage apply(RgbImage image, SampleRandom random) {
    int[] order = {0, 1, 2, 3};
    for (int i = KINDS - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    double brighter = factor(brightness, random);
    double harder = factor(contrast, random);
    double stronger = factor(saturation, random);
    double turn = RandomResizedCrop.uniform(random, -hue, hue);
    RgbImage varied = image;
    for (int kind : order) {
      varied =
          switch (kind) {
            case 0 -> brightness == 0 ? varied : Colors.brightness(varied, brighter);
            case 1 -> contrast == 0 ? varied : Colors.contrast(varied, harder);
            case 2 -> saturation == 0 ? varied : Colors.saturation(varied, stronger);
            default -> hue == 0 ? varied : Colors.hue(varied, turn);
          };
    }
    return varied;
  }

  private static double factor(double range, SampleRandom random) {
    return RandomResizedCrop.uniform(random, Math.max(0, 1 - range), 1 + range);
  }
}
