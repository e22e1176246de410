package dev.bramante.train;

import java.util.List;
import java.util.Locale;

/**
 * How good a classifier is on a data set.
 *
 * @param count the number of samples
 * @param loss the mean loss
 * @param top1 the share of samples whose class has the largest logit
 * @param top5 the share of samples whose class has one of the five largest logits
 * @param confusion samples by class (row) and answer (column)
 */
public record Measures(int count, double loss, double top1, double top5, int[][] confusion)
    implements Score {
  @Override
  public double value() {
    return top1;
  }

  @Override
  public List<String> names() {
    return List.of("loss", "accuracy", "top5");
  }

  @Override
  public List<Double> numbers() {
    return List.of(loss, top1, top5);
  }

  /** For people. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "accuracy %.2f %%, loss %.4f", 100 * top1, loss);
  }
}
