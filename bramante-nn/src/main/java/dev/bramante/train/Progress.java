package dev.bramante.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a run has come.
 *
 * @param step updates done
 * @param lossSum the sum of the losses since the last validation
 * @param losses their number
 * @param best the best accuracy in validation so far, −1 before the first
 * @param bestEpoch the epoch that had it, from 1; 0 before the first
 * @param waited epochs since then
 */
record Progress(long step, double lossSum, long losses, double best, long bestEpoch, long waited) {
  private static final String PREFIX = "progress.";

  /** At the beginning. */
  Progress() {
    this(0, 0, 0, -1, 0, 0);
  }

  /** After one more update. */
  Progress afterStep(double loss) {
    return new Progress(step + 1, lossSum + loss, losses + 1, best, bestEpoch, waited);
  }

  /** After a validation. */
  Progress afterValidation(double accuracy, long epoch) {
    return accuracy > best
        ? new Progress(step, 0, 0, accuracy, epoch, 0)
        : new Progress(step, 0, 0, best, bestEpoch, waited + 1);
  }

  /** The mean loss since the last validation. */
  double meanLoss() {
    return losses == 0 ? Double.NaN : lossSum / losses;
  }

  /** As strings that keep every bit. */
  Map<String, String> toMetadata() {
    Map<String, String> strings = new LinkedHashMap<>();
    strings.put(PREFIX + "step", Long.toString(step));
    strings.put(PREFIX + "loss-sum", Double.toString(lossSum));
    strings.put(PREFIX + "losses", Long.toString(losses));
    strings.put(PREFIX + "best", Double.toString(best));
    strings.put(PREFIX + "best-epoch", Long.toString(bestEpoch));
    strings.put(PREFIX + "waited", Long.toString(waited));
    return strings;
  }

  /**
   * From such strings.
   *
   * @throws IllegalArgumentException if one is missing or no number
   */
  static Progress fromMetadata(Map<String, String> strings) {
    return new Progress(
        integer(strings, "step"),
        number(strings, "loss-sum"),
        integer(strings, "losses"),
        number(strings, "best"),
        integer(strings, "best-epoch"),
        integer(strings, "waited"));
  }

  private static long integer(Map<String, String> strings, String key) {
    double value = number(strings, key);
    if (value < 0 || value != Math.rint(value)) {
      throw new IllegalArgumentException(PREFIX + key + " must be a whole number, not " + value);
    }
    return (long) value;
  }

  private static double number(Map<String, String> strings, String key) {
    String text = strings.getOrDefault(PREFIX + key, "missing");
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PREFIX + key + " must be a number, not " + text, e);
    }
  }
}
