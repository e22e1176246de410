package dev.bramante.parity;

import dev.bramante.tensor.Tensor;

/**
 * Reference values of one tensor: all of them, or some with the norm and the sum of all.
 *
 * @param norm the Euclidean norm of all elements
 * @param sum the sum of all elements
 * @param at row-major indices
 * @param values the elements at these indices
 */
record Numbers(double norm, double sum, int[] at, double[] values) {
  /** All elements of a tensor. */
  static Numbers all(double[] values) {
    int[] at = new int[values.length];
    double squares = 0;
    double sum = 0;
    for (int i = 0; i < at.length; i++) {
      at[i] = i;
      sum += values[i];
      squares += values[i] * values[i];
    }
    return new Numbers(Math.sqrt(squares), sum, at, values);
  }

  /** The largest difference of the values, and how much of the allowed it is. */
  Difference values(Tensor ours, double absolute, double relative) {
    var worst = new Difference(0, absolute);
    int n = ours.shape().size();
    for (int i = 0; i < at.length; i++) {
      if (at[i] < 0 || at[i] >= n) {
        throw new IllegalArgumentException(
            "the reference samples element " + at[i] + ", ours has " + n);
      }
      double error = Math.abs(ours.at(at[i]) - values[i]);
      double allowed = Math.max(absolute, relative * Math.abs(values[i]));
      worst = worst.orWorse(new Difference(error, allowed));
    }
    return worst;
  }

  /** The difference of the norms. */
  Difference norm(Tensor ours, double allowed) {
    double squares = 0;
    for (int i = 0; i < ours.shape().size(); i++) {
      squares += ours.at(i) * ours.at(i);
    }
    return new Difference(Math.abs(Math.sqrt(squares) - norm), allowed);
  }

  /** The difference of the sums. */
  Difference sum(Tensor ours, double allowed) {
    double total = 0;
    for (int i = 0; i < ours.shape().size(); i++) {
      total += ours.at(i);
    }
    return new Difference(Math.abs(total - sum), allowed);
  }
}
