package dev.bramante.cpu.gemm;

/**
 * Where a value begins in an array. What is read by whole vectors needs as many floats after its
 * end as a vector has.
 *
 * @param slab the memory
 * @param at where the first element is in it
 */
public record Span(Slab slab, int at) {
  /** The place of a value that nobody wants. */
  public static final Span NONE = new Span(new float[0], 0);

  /** In an array, from an index on. */
  public Span(float[] floats, int offset) {
    this(Slab.of(floats), offset);
  }

  boolean isWanted() {
    return this != NONE;
  }

  /** The array. */
  public float[] floats() {
    return slab.floats();
  }

  /** The index of the first element in the array. */
  public int offset() {
    return slab.base() + at;
  }

  /** Whether so many floats can be read from the first element on. */
  boolean has(long count) {
    return at + count <= slab.size();
  }
}
