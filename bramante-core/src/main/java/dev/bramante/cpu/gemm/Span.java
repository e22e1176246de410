package dev.bramante.cpu.gemm;

/**
 * Where a value begins in an array. What is read by whole vectors needs as many floats after its
 * end as a vector has.
 *
 * @param floats the array
 * @param offset index of the first element
 */
public record Span(float[] floats, int offset) {
  /** The place of a value that nobody wants. */
  public static final Span NONE = new Span(new float[0], 0);

  boolean isWanted() {
    return this != NONE;
  }
}
