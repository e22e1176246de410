package dev.bramante.train;

/** The learning rate by step: a function, without state. Steps count from 0. */
@FunctionalInterface
public interface Schedule {
  /** The learning rate of a step. */
  double rate(long step);

  /** Always the same. */
  static Schedule constant(double rate) {
    return step -> rate;
  }

  /** Multiplied by {@code factor} after each {@code every} steps. */
  static Schedule steps(double rate, long every, double factor) {
    require(every >= 1, "the rate must fall after 1 step or more, not " + every);
    return step -> rate * Math.pow(factor, step / every);
  }

  /** Half a cosine from {@code rate} to {@code last} (Loshchilov and Hutter 2017). */
  static Schedule cosine(double rate, double last, long steps) {
    require(steps >= 1, "a cosine needs 1 step or more, not " + steps);
    return step -> between(rate, last, (double) step / steps);
  }

  /** Proportional to the step over the first {@code warmup} steps, then as {@code after} says. */
  static Schedule warmup(long warmup, Schedule after) {
    return step -> {
      double rate = after.rate(step);
      return step < warmup ? rate * (step + 1) / warmup : rate;
    };
  }

  /**
   * Linear warm-up, then falling with the inverse square root of the step: {@code factor · width^-½
   * · min(t^-½, t · warmup^-1½)} with t from 1 (Vaswani et al. 2017).
   */
  static Schedule noam(double factor, int width, long warmup) {
    require(warmup >= 1, "warm-up takes 1 step or more, not " + warmup);
    return step -> {
      double t = step + 1;
      return factor / Math.sqrt(width) * Math.min(1 / Math.sqrt(t), t * Math.pow(warmup, -1.5));
    };
  }

  /**
   * Up from a 25th of the highest rate over the first three tenths of the steps, then down to a
   * 250,000th, both by half a cosine (Smith and Topin 2018, with PyTorch's numbers).
   */
  static Schedule oneCycle(double highest, long steps) {
    require(steps >= 1, "a cycle needs 1 step or more, not " + steps);
    double first = highest / 25;
    double rise = 0.3 * steps - 1;
    double fall = steps - 1 - rise;
    return step ->
        step <= rise
            ? between(first, highest, step / rise)
            : between(highest, first / 1e4, (step - rise) / fall);
  }

  private static double between(double from, double to, double share) {
    double x = Math.min(1, Math.max(0, share));
    return to + (from - to) * (1 + Math.cos(Math.PI * x)) / 2;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
