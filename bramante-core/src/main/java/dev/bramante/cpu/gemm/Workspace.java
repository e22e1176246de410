package dev.bramante.cpu.gemm;

/**
 * Scratch memory shared by operations that run one after another: each reserves what it needs when
 * it is made, and the largest reservation is allocated once, at the first use.
 */
public final class Workspace {
  private int reserved;
  private float[] floats = {};
  private int reservedInts;
  private int[] ints = {};

  /** Makes sure that at least so many floats will be there. */
  public void reserve(long count) {
    if (count > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "an operation needs " + count + " floats of scratch memory, more than an array holds");
    }
    reserved = Math.max(reserved, (int) count);
  }

  /** Floats reserved so far. */
  public int reserved() {
    return reserved;
  }

  /** The memory. Its contents are whatever the last operation left. */
  public float[] floats() {
    if (floats.length < reserved) {
      floats = new float[reserved];
    }
    return floats;
  }

  /** Makes sure that at least so many ints will be there. */
  public void reserveInts(long count) {
    if (count > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "an operation needs " + count + " ints of scratch memory, more than an array holds");
    }
    reservedInts = Math.max(reservedInts, (int) count);
  }

  /** As {@link #floats}, of ints. */
  public int[] ints() {
    if (ints.length < reservedInts) {
      ints = new int[reservedInts];
    }
    return ints;
  }
}
