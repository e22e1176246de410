package dev.bramante.data;

import dev.bramante.tensor.SplitMix;

/**
 * Random numbers for one sample in one epoch: a function of seed, epoch, sample and the number of
 * calls so far. So a transform gives the same result whichever thread applies it, and whether the
 * run was interrupted before or not.
 */
public final class SampleRandom {
  private long key;
  private long counter;

  /** The numbers of the given coordinates, from the first on. */
  public SampleRandom(long seed, long epoch, int sample) {
    restart(seed, epoch, sample);
  }

  /** Becomes what the constructor would make of these coordinates. */
  void restart(long seed, long epoch, int sample) {
    key = SplitMix.key(SplitMix.key(seed, epoch), sample);
    counter = 0;
  }

  /**
   * A number from 0 (inclusive) to the bound (exclusive).
   *
   * @throws IllegalArgumentException if the bound is not positive
   */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound " + bound + " is not positive");
    }
    return SplitMix.bounded(SplitMix.bits(key, counter++), bound);
  }

  /** A number from 0 (inclusive) to 1 (exclusive). */
  public float nextFloat() {
    return (SplitMix.bits(key, counter++) >>> 40) * 0x1p-24f;
  }

  /** True or false, equally often. */
  public boolean nextBoolean() {
    return SplitMix.bits(key, counter++) < 0;
  }
}
