package dev.bramante.reference;

/** The Gauss error function to double precision. */
final class Erf {
  /** Where the continued fraction converges faster than the series. */
  private static final double BORDER = 2.5;

  /** erf(x) rounds to 1 from here on. */
  private static final double ONE = 6;

  /**
   * Terms of the continued fraction that give 1e-12 of erfc, and so 1e-16 of erf, at the border.
   */
  private static final int DEPTH = 60;

  private Erf() {}

  static double erf(double x) {
    double a = Math.abs(x);
    if (a < BORDER) {
      return series(x);
    }
    if (Double.isNaN(x)) {
      return x;
    }
    return Math.copySign(a < ONE ? 1 - complement(a) : 1, x);
  }

  /**
   * 2/√π · e^−x² · Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms have one sign (Abramowitz-Stegun 7.1.6).
   */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** erfc(x) = e^−x²/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))) (Abramowitz-Stegun 7.1.14). */
  private static double complement(double x) {
    double denominator = x;
    for (int n = DEPTH; n >= 1; n--) {
      denominator = x + n / 2.0 / denominator;
    }
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * denominator);
  }
}
