package dev.bramante.cpu.gemm;

/**
 * A range of an array in which values lie. The array may be given later, and exchanged between
 * runs; whoever keeps it must then ask again.
 */
public final class Slab {
  private static final Object NOT_YET = new Object();

  private final int size;
  private Object array;
  private int base;

  /** A range of so many elements, whose array is given later. */
  public Slab(int size) {
    this.size = size;
    this.array = NOT_YET;
  }

  private Slab(Object array, int size) {
    this.size = size;
    this.array = array;
  }

  /** The whole of an array. */
  public static Slab of(float[] floats) {
    return new Slab(floats, floats.length);
  }

  /** The whole of an array. */
  public static Slab of(int[] ints) {
    return new Slab(ints, ints.length);
  }

  /** Says where the range lies: in a {@code float[]} or {@code int[]}, from an index on. */
  public void put(Object array, int base) {
    this.array = array;
    this.base = base;
  }

  /** Whether the array was given. */
  public boolean isThere() {
    return array != NOT_YET;
  }

  /** Whether it lies there. */
  public boolean isAt(Object array, int base) {
    return this.array == array && this.base == base;
  }

  /** Elements. */
  public int size() {
    return size;
  }

  /** The array, once it was given. */
  public Object array() {
    return array;
  }

  /** The array of a range of floats. */
  public float[] floats() {
    return (float[]) array;
  }

  /** The array of a range of ints. */
  public int[] ints() {
    return (int[]) array;
  }

  /** The index at which the range begins. */
  public int base() {
    return base;
  }
}
