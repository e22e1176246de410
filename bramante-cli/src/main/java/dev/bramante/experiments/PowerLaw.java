package dev.bramante.experiments;

import java.util.Locale;

/**
 * {@code y = factor · x^-exponent}, a straight line between logarithms.
 *
 * @param error the root of the mean squared error of ln y
 */
record PowerLaw(double factor, double exponent, double error) {
  /**
   * The law that is nearest to points, by the squares of the differences of their logarithms.
   *
   * @throws IllegalArgumentException if there are fewer than two different points
   */
  static PowerLaw fit(double[] x, double[] y) {
    int n = x.length;
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < n; i++) {
      meanX += Math.log(x[i]) / n;
      meanY += Math.log(y[i]) / n;
    }
    double products = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double away = Math.log(x[i]) - meanX;
      products += away * (Math.log(y[i]) - meanY);
      squares += away * away;
    }
    if (!(squares > 0)) {
      throw new IllegalArgumentException("a power law needs two different sizes at least");
    }
    double slope = products / squares;
    double factor = Math.exp(meanY - slope * meanX);
    double errors = 0;
    for (int i = 0; i < n; i++) {
      double error = Math.log(y[i]) - Math.log(factor) - slope * Math.log(x[i]);
      errors += error * error / n;
    }
    return new PowerLaw(factor, -slope, Math.sqrt(errors));
  }

  double at(double x) {
    return factor * Math.pow(x, -exponent);
  }

  /** As {@code 5.31 · N^-0.0812}. */
  String text(String variable) {
    return String.format(Locale.ROOT, "%.3g · %s^%.3g", factor, variable, -exponent);
  }
}
