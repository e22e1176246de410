package dev.bramante.train;

import java.util.Locale;

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
    Measures validation,
    double learningRate,
    double seconds,
    boolean best) {
  /** The columns of {@link #row}. */
  public static final String HEADER =
      "epoch,step,train_loss,train_accuracy,validation_loss,validation_accuracy,"
          + "validation_top5,learning_rate,seconds";

  /** For the log. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "epoch %d: loss %.4f, in validation %.4f, accuracy %.2f %%%s",
        epoch,
        trainLoss,
        validation.loss(),
        100 * validation.top1(),
        best ? ", the best so far" : "");
  }

  /** As a row of a table of comma-separated values. */
  public String row() {
    return String.format(
        Locale.ROOT,
        "%d,%d,%.6f,%s,%.6f,%.6f,%.6f,%.6g,%.3f",
        epoch,
        step,
        trainLoss,
        Double.isNaN(trainAccuracy) ? "" : String.format(Locale.ROOT, "%.6f", trainAccuracy),
        validation.loss(),
        validation.top1(),
        validation.top5(),
        learningRate,
        seconds);
  }
}
