package dev.bramante.data;

/**
 * The distribution Beta(α, α) on [0, 1], by two numbers of the gamma distribution (Marsaglia and
 * Tsang 2000).
 */
record Beta(double alpha) {
  /** A number of the distribution. */
  double draw(SampleRandom random) {
    double a = logGamma(random);
    double b = logGamma(random);
    // In logarithms: for a small α both numbers may be too small for a double.
    return 1 / (1 + Math.exp(b - a));
  }

  /** The logarithm of a number of Gamma(α, 1). */
  private double logGamma(SampleRandom random) {
    if (alpha < 1) {
      return logOfLarge(alpha + 1, random) + Math.log(uniform(random)) / alpha;
    }
    return logOfLarge(alpha, random);
  }

  private static double logOfLarge(double shape, SampleRandom random) {
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = normal(random);
      double v = Math.pow(1 + c * x, 3);
      double u = uniform(random);
      if (v > 0 && Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
        return Math.log(d * v);
      }
    }
  }

  /** By the transform of Box and Muller. */
  private static double normal(SampleRandom random) {
    double radius = Math.sqrt(-2 * Math.log(uniform(random)));
    return radius * Math.cos(2 * Math.PI * random.nextFloat());
  }

  /** Above 0, so that it has a logarithm. */
  private static double uniform(SampleRandom random) {
    return random.nextFloat() + 0x1p-25;
  }
}
