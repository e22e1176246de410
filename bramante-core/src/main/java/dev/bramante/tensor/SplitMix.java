package dev.bramante.tensor;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers by position: the SplitMix64 generator of Steele, Lea and Flood (2014), of which
 * any element can be had without those before it. There is no state to save, and every machine has
 * the same numbers.
 */
public final class SplitMix {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private SplitMix() {}

  /** The 64 random bits of a sequence at an index from 0. */
  public static long bits(long key, long index) {
    return mix(key + (index + 1) * GOLDEN);
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  public static double uniform(long key, long index) {
    return (bits(key, index) >>> 11) * 0x1p-53;
  }

  /**
   * A number of the standard normal distribution, by Box and Muller. By {@link StrictMath}, so that
   * every machine has the same bits.
   */
  public static double normal(long key, long index) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(key, 2 * index)));
    return radius * StrictMath.cos(2 * Math.PI * uniform(key, 2 * index + 1));
  }

  /** The whole number from 0 (inclusive) to the bound (exclusive) that random bits stand for. */
  public static int bounded(long bits, int bound) {
    return (int) Math.unsignedMultiplyHigh(bits, bound);
  }

  /** The key of the sequence that belongs to one value of a coordinate, under a parent's key. */
  public static long key(long parent, long value) {
    return mix(parent ^ mix(value + GOLDEN));
  }

  /** The key of a named sequence: the FNV-1a hash of the name's UTF-8 bytes. */
  public static long key(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /** The key of a named sequence under a seed. */
  public static long key(long seed, String name) {
    return mix(seed + GOLDEN) ^ key(name);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
