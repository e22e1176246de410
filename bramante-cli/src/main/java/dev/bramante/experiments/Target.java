package dev.bramante.experiments;

/** Continuous functions on [−1, 1] to be approximated. */
enum Target {
  /** Smooth, with three periods. */
  WAVE {
    @Override
    double at(double x) {
      return Math.sin(3 * Math.PI * x);
    }
  },
  /** Piecewise linear with three kinks. */
  ZIGZAG {
    @Override
    double at(double x) {
      return 2 * Math.abs(2 * Math.abs(x) - 1) - 1;
    }
  },
  /** Infinitely steep in the middle. */
  ROOT {
    @Override
    double at(double x) {
      return Math.signum(x) * Math.sqrt(Math.abs(x));
    }
  };

  /** The function's value. */
  abstract double at(double x);
}
