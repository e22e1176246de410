package dev.bramante.train;

import java.util.List;

/** How good a network is on a data set. */
public sealed interface Score permits Measures, Fit, TokenScore {
  /** The number of samples. */
  int count();

  /** What training makes small, or nearly so. */
  double loss();

  /** What the best weights are chosen by: the larger, the better. */
  double value();

  /** The names of {@link #numbers}. */
  List<String> names();

  /** All numbers of a table of metrics. */
  List<Double> numbers();
}
