package dev.bramante.data;

/**
 * Random bits as a function of a key and a counter (SplitMix64; Steele, Lea and Flood 2014): no
 * state to save, the same on every machine.
 */
final class SplitMix {
  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

  private SplitMix() {}

  /** The bits of a key at a counter. */
  static long bits(long key, long counter) {
    return mix(key + (counter + 1) * GOLDEN);
  }

  /** A number from 0 (inclusive) to the bound (exclusive). */
  static int bounded(long bits, int bound) {
    return (int) Math.unsignedMultiplyHigh(bits, bound);
  }

  /** A key for one value of a coordinate under a parent key. */
  static long key(long parent, long value) {
    return mix(parent ^ mix(value + GOLDEN));
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }
}
