package dev.bramante.train;

import java.util.List;
import java.util.Locale;

/**
 * How well a network predicts the numbers of a data set, in their units.
 *
 * @param count the number of samples
 * @param mse the mean squared error
 * @param mae the mean absolute error
 * @param r2 the share of the numbers' variance that the predictions explain: 1 at best, 0 for who
 *     always says the mean
 */
public record Fit(int count, double mse, double mae, double r2) implements Score {
  @Override
  public double loss() {
    return mse;
  }

  @Override
  public double value() {
    return r2;
  }

  @Override
  public List<String> names() {
    return List.of("mse", "mae", "r2");
  }

  @Override
  public List<Double> numbers() {
    return List.of(mse, mae, r2);
  }

  /** For people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "R² %.4f, mean squared error %.4g, mean absolute error %.4g", r2, mse, mae);
  }
}
