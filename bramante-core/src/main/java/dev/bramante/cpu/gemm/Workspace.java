package dev.bramante.cpu.gemm;

/**
 * Scratch memory shared by operations that run one after another: each reserves what it needs when
 * it is made, and the largest reservation is allocated once, at the first use.
 */
public final class Workspace {
  private int reserved;
  private float[] floats = {};

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
}
