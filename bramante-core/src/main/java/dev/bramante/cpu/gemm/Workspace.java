package dev.bramante.cpu.gemm;

/**
 * Scratch memory shared by operations that run one after another: each reserves what it needs when
 * it is made, and the largest reservation is allocated once, at the first use.
 */
public final class Workspace {
  private int reserved;
  private int reservedInts;
  private Store store = new Store();

  /** The arrays of a workspace, which several may use that work at different times. */
  public static final class Store {
    private float[] floats = {};
    private int[] ints = {};

    /** Bytes that there are. */
    public long bytes() {
      return (long) Float.BYTES * floats.length + (long) Integer.BYTES * ints.length;
    }
  }

  /** Lets the memory be another's from now on. */
  public void use(Store other) {
    store = other;
  }

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

  /** Bytes reserved so far. */
  public long bytes() {
    return (long) Float.BYTES * reserved + (long) Integer.BYTES * reservedInts;
  }

  /** The memory. Its contents are whatever the last operation left. */
  public float[] floats() {
    if (store.floats.length < reserved) {
      store.floats = new float[0]; // so that the old and the new need not be there at once
      store.floats = new float[reserved];
    }
    return store.floats;
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
    if (store.ints.length < reservedInts) {
      store.ints = new int[0];
      store.ints = new int[reservedInts];
    }
    return store.ints;
  }
}
