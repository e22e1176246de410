package dev.bramante.data;

import dev.bramante.tensor.SplitMix;

/** Orders of the samples: a function of seed and epoch only, the same on every machine. */
public final class Shuffle {
  private Shuffle() {}

  /** The numbers 0 to {@code size − 1} in the order of the epoch. */
  public static int[] permutation(int size, long seed, long epoch) {
    var order = new int[size];
    permute(order, seed, epoch);
    return order;
  }

  /** Fills the array with a permutation of its indices (Fisher and Yates). */
  static void permute(int[] order, long seed, long epoch) {
    long key = SplitMix.key(seed, epoch);
    for (int i = 0; i < order.length; i++) {
      int j = SplitMix.bounded(SplitMix.bits(key, i), i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }
}
