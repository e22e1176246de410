package dev.bramante.data.image;

import java.util.Arrays;

/**
 * Scales pictures without aliasing: when a picture shrinks, the filter widens by the same factor.
 * Rows first, then columns, in fixed point, with bytes between, which gives the bits of PIL.
 */
final class Resizer {
  /** What is left of 32 bits beside 8 of a value and 2 for the overshoot of sums. */
  private static final int PRECISION = 22;

  private static final int CHANNELS = RgbImage.CHANNELS;

  private Resizer() {}

  /** The picture in another size. */
  static RgbImage resize(RgbImage image, int width, int height, Resampling filter) {
    RgbImage scaled = image;
    if (width != image.width()) {
      scaled = acrossRows(scaled, new Weights(image.width(), width, filter));
    }
    if (height != image.height()) {
      scaled = downColumns(scaled, new Weights(image.height(), height, filter));
    }
    return scaled;
  }

  /** For each result: where its sources begin, and their weights in fixed point. */
  private static final class Weights {
    final int[] first;
    final int[][] of;

    Weights(int from, int to, Resampling filter) {
      first = new int[to];
      of = new int[to][];
      double step = (double) from / to;
      double widening = Math.max(1, step);
      double reach = filter.reach() * widening;
      for (int i = 0; i < to; i++) {
        double center = (i + 0.5) * step;
        first[i] = Math.max(0, (int) (center - reach + 0.5));
        int end = Math.min(from, (int) (center + reach + 0.5));
        double[] weights = new double[end - first[i]];
        double sum = 0;
        for (int j = 0; j < weights.length; j++) {
          weights[j] = filter.weight((j + first[i] - center + 0.5) / widening);
          sum += weights[j];
        }
        of[i] = fixed(weights, sum);
      }
    }

    private static int[] fixed(double[] weights, double sum) {
      var fixed = new int[weights.length];
      for (int j = 0; j < fixed.length; j++) {
        double scaled = weights[j] / sum * (1 << PRECISION);
        fixed[j] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
      }
      return fixed;
    }
  }

  private static RgbImage acrossRows(RgbImage image, Weights weights) {
    int width = weights.of.length;
    var scaled = RgbImage.black(width, image.height());
    byte[] from = image.rgb();
    byte[] to = scaled.rgb();
    for (int y = 0; y < image.height(); y++) {
      int row = y * image.width() * CHANNELS;
      int at = y * width * CHANNELS;
      for (int x = 0; x < width; x++, at += CHANNELS) {
        int source = row + weights.first[x] * CHANNELS;
        int red = 1 << PRECISION - 1;
        int green = red;
        int blue = red;
        for (int weight : weights.of[x]) {
          red += (from[source] & 0xFF) * weight;
          green += (from[source + 1] & 0xFF) * weight;
          blue += (from[source + 2] & 0xFF) * weight;
          source += CHANNELS;
        }
        to[at] = rounded(red);
        to[at + 1] = rounded(green);
        to[at + 2] = rounded(blue);
      }
    }
    return scaled;
  }

  private static RgbImage downColumns(RgbImage image, Weights weights) {
    int height = weights.of.length;
    int row = image.width() * CHANNELS;
    var scaled = RgbImage.black(image.width(), height);
    byte[] from = image.rgb();
    var sums = new int[row];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, 1 << PRECISION - 1);
      int source = weights.first[y] * row;
      for (int weight : weights.of[y]) {
        for (int i = 0; i < row; i++) {
          sums[i] += (from[source + i] & 0xFF) * weight;
        }
        source += row;
      }
      for (int i = 0; i < row; i++) {
        scaled.rgb()[y * row + i] = rounded(sums[i]);
      }
    }
    return scaled;
  }

  private static byte rounded(int sum) {
    return (byte) Math.clamp(sum >> PRECISION, 0, 255);
  }
}
