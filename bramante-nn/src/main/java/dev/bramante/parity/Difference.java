package dev.bramante.parity;

import java.util.Locale;

/**
 * An error beside the largest that is allowed.
 *
 * @param error the difference of two numbers; NaN never agrees
 * @param allowed the largest that agrees
 */
public record Difference(double error, double allowed) {
  /** Whether the error is allowed. */
  public boolean agrees() {
    return error <= allowed;
  }

  /** This, or the other if that is the larger share of what is allowed. */
  Difference orWorse(Difference other) {
    boolean worse = !(other.share() <= share());
    return worse ? other : this;
  }

  private double share() {
    return error == 0 ? 0 : error / allowed;
  }

  /** As {@code error 1.2e-07, allowed 5.7e-07}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "error %.1e, allowed %.1e", error, allowed);
  }
}
