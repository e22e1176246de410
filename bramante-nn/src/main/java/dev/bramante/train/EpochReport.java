package dev.bramante.train;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What an epoch has brought.
 *
 * @param epoch its number, from 1
 * @param step updates done so far
 * @param trainLoss the mean loss of its batches while the network learnt
 * @param trainAccuracy the share of their samples that it hit, each before it learnt from it; NaN
 *     where it wasn't counted
 * @param validation how good the network is now
 * @param learningRate that of the last update
 * @param seconds the time that it took, validation included
 * @param best whether no epoch before was better
 */
public record EpochReport(
    long epoch,
    long step,
    double trainLoss,
    double trainAccuracy,
    Score validation,
    double learningRate,
    double seconds,
    boolean best) {
  /** The columns of {@link #row}. */
  public String header() {
    return "epoch,step,train_loss,train_accuracy,%s,learning_rate,seconds"
        .formatted(
            validation.names().stream()
                .map(name -> "validation_" + name)
                .collect(Collectors.joining(",")));
  }

  /** For the log. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "epoch %d: loss %.4f, in validation %s%s",
        epoch,
        trainLoss,
        validation,
        best ? ", the best so far" : "");
  }

  /** As a row of a table of comma-separated values. */
  public String row() {
    return String.format(
        Locale.ROOT,
        "%d,%d,%.6f,%s,%s,%.6g,%.3f",
        epoch,
        step,
        trainLoss,
        Double.isNaN(trainAccuracy) ? "" : String.format(Locale.ROOT, "%.6f", trainAccuracy),
        validation.numbers().stream()
            .map(number -> String.format(Locale.ROOT, "%.6f", number))
            .collect(Collectors.joining(",")),
        learningRate,
        seconds);
  }
}
