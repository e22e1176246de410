package dev.bramante.testing;

/**
 * The range of a random value's elements, and how far single precision may be off from double: 0
 * for what is computed without rounding, such as integers, copies and maxima of arguments.
 */
record Bounds(double lo, double hi, double error) {
  /**
   * What one operation may be off, relative to the largest element: a few units in the last place.
   */
  static final double ROUNDING = 0x1p-21;

  static Bounds exact(double lo, double hi) {
    return new Bounds(lo, hi, 0);
  }

  double magnitude() {
    return Math.max(Math.abs(lo), Math.abs(hi));
  }

  boolean isExact() {
    return error == 0;
  }

  /** The range of either. */
  Bounds or(Bounds other) {
    return new Bounds(Math.min(lo, other.lo), Math.max(hi, other.hi), Math.max(error, other.error));
  }

  /** After a function of no more than the slope that takes the range to this one. */
  Bounds mapped(double from, double to, double slope) {
    return new Bounds(from, to, error * slope).rounded();
  }

  /** After an addition, which is exact if asked. */
  Bounds plus(Bounds other) {
    return new Bounds(lo + other.lo, hi + other.hi, error + other.error);
  }

  Bounds negated() {
    return new Bounds(-hi, -lo, error);
  }

  Bounds times(Bounds other) {
    double a = lo * other.lo;
    double b = lo * other.hi;
    double c = hi * other.lo;
    double d = hi * other.hi;
    return new Bounds(
        Math.min(Math.min(a, b), Math.min(c, d)),
        Math.max(Math.max(a, b), Math.max(c, d)),
        error * other.magnitude() + other.error * magnitude() + error * other.error);
  }

  /** The sum of {@code n} of them, added up in any order, whose roundings partly cancel. */
  Bounds sum(int n) {
    double rounding = ROUNDING * n * magnitude() * Math.max(1, Math.sqrt(n) / 4);
    return new Bounds(Math.min(0, n * lo), Math.max(0, n * hi), n * error + rounding);
  }

  /** With the error of one more rounding. */
  Bounds rounded() {
    return new Bounds(lo, hi, error + ROUNDING * magnitude());
  }
}
