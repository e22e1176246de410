package dev.bramante.data.image;

/** How pixels between pixels are weighed when a picture is scaled. */
public enum Resampling {
  /** By a triangle over the two nearest. */
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },

  /** By a cubic spline over the four nearest (Keys 1981, a = −1/2). */
  BICUBIC(2) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
  };

  private static final double A = -0.5;

  private final int reach;

  Resampling(int reach) {
    this.reach = reach;
  }

  /** The largest distance that still counts, in pixels. */
  int reach() {
    return reach;
  }

  /** The weight at a distance in pixels; not normalised. */
  abstract double weight(double distance);
}
