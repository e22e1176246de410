package dev.bramante.train;

/**
 * How one step of training goes.
 *
 * @param loss what is made small
 * @param optimizer how the weights follow the gradient
 * @param clip the largest norm that the gradient of all parameters together may have; infinite for
 *     no limit
 * @param accumulation the number of batches whose mean gradient makes one update
 * @param average the share of the running average of the weights that a step keeps; 0 for no
 *     average
 */
public record StepOptions(
    Loss loss, Optimizer optimizer, double clip, int accumulation, double average) {
  /** No clipping, one batch an update, no average. */
  public StepOptions(Loss loss, Optimizer optimizer) {
    this(loss, optimizer, Double.POSITIVE_INFINITY, 1, 0);
  }

  /** Checks the numbers. */
  public StepOptions {
    if (!(clip > 0) || accumulation < 1 || !(average >= 0 && average < 1)) {
      throw new IllegalArgumentException(
          "clip must be positive, accumulation at least 1, average in [0, 1), not %s, %d and %s"
              .formatted(clip, accumulation, average));
    }
  }

  boolean clips() {
    return clip < Double.POSITIVE_INFINITY;
  }

  boolean averages() {
    return average > 0;
  }
}
