package dev.bramante.graph;

/**
 * Random numbers without state: a hash of seed, step, stream and position, so that any element can
 * be had in any order on any thread.
 *
 * <p>The mixing function is the "lowbias32" integer hash of C. Wellons's hash prospector.
 */
public final class Counter {
  /** 2^-24: turns the upper 24 bits of a hash into a number in [0, 1). */
  public static final float UNIT = 0x1p-24f;

  private Counter() {}

  /** The key of one stream in one step. */
  public static int key(int seed, int step, int stream) {
    return mix(mix(mix(seed) ^ step) ^ stream);
  }

  /** A uniform number in [0, 1) for the element at {@code index} under a {@link #key}. */
  public static float uniform(int key, int index) {
    return (mix(mix(index) ^ key) >>> 8) * UNIT;
  }

  /** A bijection of 32-bit integers in which each input bit sways each output bit. */
  public static int mix(int x) {
    x ^= x >>> 16;
    x *= 0x7feb352d;
    x ^= x >>> 15;
    x *= 0x846ca68b;
    x ^= x >>> 16;
    return x;
  }
}
