package dev.bramante.data.image;

/** Changes of colour with the arithmetic of PIL. */
final class Colors {
  private Colors() {}

  /** All values times a factor. */
  static RgbImage brightness(RgbImage image, double factor) {
    var changed = RgbImage.black(image.width(), image.height());
    for (int i = 0; i < image.rgb().length; i++) {
      changed.rgb()[i] = blend(0, image.rgb()[i] & 0xFF, factor);
    }
    return changed;
  }

  /** All distances from the mean brightness times a factor. */
  static RgbImage contrast(RgbImage image, double factor) {
    byte[] rgb = image.rgb();
    long sum = 0;
    for (int i = 0; i < rgb.length; i += 3) {
      sum += luma(rgb, i);
    }
    int mean = (int) ((double) sum / (rgb.length / 3) + 0.5);
    var changed = RgbImage.black(image.width(), image.height());
    for (int i = 0; i < rgb.length; i++) {
      changed.rgb()[i] = blend(mean, rgb[i] & 0xFF, factor);
    }
    return changed;
  }

  /** All distances from the pixel's own brightness times a factor. */
  static RgbImage saturation(RgbImage image, double factor) {
    byte[] rgb = image.rgb();
    var changed = RgbImage.black(image.width(), image.height());
    for (int i = 0; i < rgb.length; i++) {
      changed.rgb()[i] = blend(luma(rgb, i - i % 3), rgb[i] & 0xFF, factor);
    }
    return changed;
  }

  private static int luma(byte[] rgb, int at) {
    return RgbImage.luma(rgb[at] & 0xFF, rgb[at + 1] & 0xFF, rgb[at + 2] & 0xFF);
  }

  private static byte blend(int from, int to, double factor) {
    float mixed = from + (float) factor * (to - from);
    return (byte) Math.clamp((int) mixed, 0, 255);
  }

  /** All hues turned by a part of the colour circle, in 256 steps as PIL's mode HSV has them. */
  static RgbImage hue(RgbImage image, double turn) {
    int steps = (int) (turn * 255);
    byte[] rgb = image.rgb();
    var changed = RgbImage.black(image.width(), image.height());
    for (int i = 0; i < rgb.length; i += 3) {
      turn(rgb, changed.rgb(), i, steps);
    }
    return changed;
  }

  private static void turn(byte[] from, byte[] to, int at, int steps) {
    int red = from[at] & 0xFF;
    int green = from[at + 1] & 0xFF;
    int blue = from[at + 2] & 0xFF;
    int value = Math.max(red, Math.max(green, blue));
    float range = value - Math.min(red, Math.min(green, blue));
    int hue = range == 0 ? 0 : hue(red, green, blue, value, range);
    int saturation = range == 0 ? 0 : (int) (range / value * 255.0);
    toRgb(hue + steps & 0xFF, saturation, value, to, at);
  }

  private static int hue(int red, int green, int blue, int value, float range) {
    float fromRed = (value - red) / range;
    float fromGreen = (value - green) / range;
    float fromBlue = (value - blue) / range;
    float sector;
    if (red == value) {
      sector = fromBlue - fromGreen;
    } else if (green == value) {
      sector = 2 + fromRed - fromBlue;
    } else {
      sector = 4 + fromGreen - fromRed;
    }
    float circle = (float) ((sector / 6.0 + 1.0) % 1.0);
    return Math.clamp((int) (circle * 255.0), 0, 255);
  }

  private static void toRgb(int hue, int saturation, int value, byte[] to, int at) {
    float position = hue * 6f / 255f;
    int sector = (int) position;
    float part = position - sector;
    float share = saturation / 255f;
    int low = (int) Math.round(value * (1.0 - share));
    int falling = (int) Math.round(value * (1.0 - share * part));
    int rising = (int) Math.round(value * (1.0 - share * (1.0 - part)));
    switch (sector % 6) {
      case 0 -> set(to, at, value, rising, low);
      case 1 -> set(to, at, falling, value, low);
      case 2 -> set(to, at, low, value, rising);
      case 3 -> set(to, at, low, falling, value);
      case 4 -> set(to, at, rising, low, value);
      default -> set(to, at, value, low, falling);
    }
  }

  private static void set(byte[] to, int at, int red, int green, int blue) {
    to[at] = (byte) red;
    to[at + 1] = (byte) green;
    to[at + 2] = (byte) blue;
  }
}
