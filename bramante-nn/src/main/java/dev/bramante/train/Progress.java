package dev.bramante.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** How far a run has come. Changes with each step, so that a step makes no garbage. */
final class Progress {
  private static final String PREFIX = "progress.";

  private long step;
  private double lossSum;
  private long losses;
  private long hits;
  private long samples;
  private double best = Double.NEGATIVE_INFINITY;
  private long bestEpoch;
  private long waited;

  /** Updates done. */
  long step() {
    return step;
  }

  /** The mean loss since the last validation. */
  double meanLoss() {
    return losses == 0 ? Double.NaN : lossSum / losses;
  }

  /** The share of hits since the last validation; NaN if none were counted. */
  double accuracy() {
    return samples == 0 ? Double.NaN : (double) hits / samples;
  }

  /** The best value in validation so far, −∞ before the first. */
  double best() {
    return best;
  }

  /** The epoch that had it, from 1; 0 before the first. */
  long bestEpoch() {
    return bestEpoch;
  }

  /** Validations since then. */
  long waited() {
    return waited;
  }

  /** One more update, with its mean loss, and how many of its samples were hit. */
  void addStep(double loss, long hitsOfStep, long samplesOfStep) {
    step++;
    losses++;
    lossSum += loss;
    hits += hitsOfStep;
    samples += samplesOfStep;
  }

  /** One more validation. */
  void addValidation(double value, long epoch) {
    lossSum = 0;
    losses = 0;
    hits = 0;
    samples = 0;
    waited++;
    if (value > best) {
      best = value;
      bestEpoch = epoch;
      waited = 0;
    }
  }

  /** As strings that keep every bit. */
  Map<String, String> toMetadata() {
    Map<String, String> strings = new LinkedHashMap<>();
    strings.put(PREFIX + "step", Long.toString(step));
    strings.put(PREFIX + "loss-sum", Double.toString(lossSum));
    strings.put(PREFIX + "losses", Long.toString(losses));
    strings.put(PREFIX + "hits", Long.toString(hits));
    strings.put(PREFIX + "samples", Long.toString(samples));
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
    var progress = new Progress();
    progress.step = integer(strings, "step");
    progress.lossSum = number(strings, "loss-sum");
    progress.losses = integer(strings, "losses");
    progress.hits = integer(strings, "hits");
    progress.samples = integer(strings, "samples");
    progress.best = number(strings, "best");
    progress.bestEpoch = integer(strings, "best-epoch");
    progress.waited = integer(strings, "waited");
    return progress;
  }

  private static long integer(Map<String, String> strings, String key) {
    double value = number(strings, key);
    if (!(value >= 0) || value != Math.rint(value)) {
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
