package dev.bramante.data;

/**
 * Scales a line of values to another length, bilinearly. When it shrinks, the triangle widens by
 * the same factor, so that each value counts and fine patterns don't alias.
 */
final class Scale {
  private final int[] first;
  private final float[][] weights;

  Scale(int from, int to) {
    if (from < 1 || to < 1) {
      throw new IllegalArgumentException("cannot scale a line of " + from + " to " + to);
    }
    first = new int[to];
    weights = new float[to][];
    double step = (double) from / to;
    double reach = Math.max(1, step);
    for (int i = 0; i < to; i++) {
      double center = (i + 0.5) * step;
      first[i] = Math.max(0, (int) Math.floor(center - reach));
      int last = Math.min(from - 1, (int) Math.ceil(center + reach));
      weights[i] = weights(first[i], last, center, reach);
    }
  }

  private static float[] weights(int first, int last, double center, double reach) {
    var triangle = new double[last - first + 1];
    double sum = 0;
    for (int j = first; j <= last; j++) {
      triangle[j - first] = Math.max(0, 1 - Math.abs(j + 0.5 - center) / reach);
      sum += triangle[j - first];
    }
    var weights = new float[triangle.length];
    for (int j = 0; j < weights.length; j++) {
      weights[j] = (float) (triangle[j] / sum);
    }
    return weights;
  }

  /**
   * Scales one line.
   *
   * @param from the array of the line, whose values begin at {@code fromStart}, {@code step} apart
   * @param to the array of the result, which begins at {@code toStart} with the same step
   */
  void apply(float[] from, int fromStart, float[] to, int toStart, int step) {
    for (int i = 0; i < first.length; i++) {
      float[] weight = weights[i];
      int at = fromStart + first[i] * step;
      double sum = 0;
      for (int j = 0; j < weight.length; j++) {
        sum += weight[j] * from[at + j * step];
      }
      to[toStart + i * step] = (float) sum;
    }
  }
}
