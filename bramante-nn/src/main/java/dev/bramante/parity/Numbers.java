package dev.bramante.parity;

import dev.bramante.tensor.Tensor;
import java.util.Arrays;

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

  /** The same summary of a tensor of ours. */
  Numbers of(Tensor ours) {
    int n = ours.shape().size();
    double squares = 0;
    double total = 0;
    for (int i = 0; i < n; i++) {
      double value = ours.at(i);
      squares += value * value;
      total += value;
    }
    double[] sampled = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      if (at[i] < 0 || at[i] >= n) {
        throw new IllegalArgumentException(
            "the reference samples element " + at[i] + ", ours has " + n);
      }
      sampled[i] = ours.at(at[i]);
    }
    return new Numbers(Math.sqrt(squares), total, at, sampled);
  }

  /** What two summaries differ by. */
  Numbers minus(Numbers other) {
    double[] differences = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      differences[i] = values[i] - other.values[i];
    }
    return new Numbers(norm - other.norm, sum - other.sum, at, differences);
  }

  /** The largest magnitude of the values. */
  double largest() {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  /**
   * What differs most, in shares of what is allowed: of the values, the norm and the sum.
   *
   * @param absolute how far a value may be off
   * @param relative how far a value may be off, as a share of itself
   */
  Difference difference(
      Tensor ours, double absolute, double relative, double ofNorm, double ofSum) {
    Numbers own = of(ours);
    Numbers off = own.minus(this);
    var worst =
        new Difference(Math.abs(off.norm), ofNorm)
            .orWorse(new Difference(Math.abs(off.sum), ofSum));
    for (int i = 0; i < values.length; i++) {
      double allowed = Math.max(absolute, relative * Math.abs(values[i]));
      worst = worst.orWorse(new Difference(Math.abs(off.values[i]), allowed));
    }
    return worst;
  }
}
