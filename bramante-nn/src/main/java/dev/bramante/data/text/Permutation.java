package dev.bramante.data.text;

import dev.bramante.tensor.SplitMix;

/**
 * The numbers from 0 to a size in an order by chance, of which each is worked out by itself, so
 * that a large one takes no memory: a Feistel network over the next power of four, gone through
 * again until the result is below the size (Black and Rogaway 2002).
 */
record Permutation(long size, long key) {
  private static final int ROUNDS = 6;

  /** The number at a place. */
  long at(long index) {
    int half = Math.max(1, (64 - Long.numberOfLeadingZeros(size - 1) + 1) / 2);
    long mask = (1L << half) - 1;
    long number = index;
    do {
      long left = number >>> half;
      long right = number & mask;
      for (int round = 0; round < ROUNDS; round++) {
        long next = left ^ SplitMix.bits(SplitMix.key(key, round), right) & mask;
        left = right;
        right = next;
      }
      number = left << half | right;
    } while (number >= size);
    return number;
  }
}
