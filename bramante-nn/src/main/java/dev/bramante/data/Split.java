package dev.bramante.data;

import java.util.Arrays;

/**
 * A data set in two disjoint parts.
 *
 * @param training the part to train on
 * @param validation the part held out to choose by
 */
public record Split(Dataset training, Dataset validation) {
  /** Keeps the choice of the split apart from the order of the first epoch under the same seed. */
  private static final long STREAM = 0x53504C4954L;

  /** Which samples belong to which part, in the samples' order. */
  public record Indices(int[] training, int[] validation) {}

  /**
   * Holds out a share of so many samples: a function of the arguments alone.
   *
   * @param share the share to hold out, between 0 and 1, rounded to whole samples
   * @throws IllegalArgumentException if one of the parts would be empty
   */
  public static Indices indices(int size, double share, long seed) {
    long held = Math.round(size * share);
    if (!(share > 0 && share < 1) || held == 0 || held == size) {
      throw new IllegalArgumentException(
          "a share of " + share + " of " + size + " samples leaves one part empty");
    }
    int[] order = Shuffle.permutation(size, seed ^ STREAM, 0);
    int[] validation = Arrays.copyOf(order, (int) held);
    int[] training = Arrays.copyOfRange(order, (int) held, order.length);
    Arrays.sort(validation);
    Arrays.sort(training);
    return new Indices(training, validation);
  }
}
