package dev.bramante.cpu.gemm;

/**
 * Where attention reads and writes.
 *
 * @param q queries, [batch, queries, heads · width]
 * @param k keys, [batch, keys, heads · width]
 * @param v values, [batch, keys, heads · valueWidth]
 * @param y the result, [batch, queries, heads · valueWidth]; {@link Rows#NONE} if nobody wants it
 * @param sums the logarithm of the sum of each query's exponentials, [batch, heads, queries], 0
 *     where it sees no key; {@link Span#NONE} if nobody wants it
 */
public record AttentionOperands(Rows q, Rows k, Rows v, Rows y, Span sums) {
  /**
   * All rows of one operand; between them may lie others.
   *
   * @param span where the first begins
   * @param distance from where one begins to where the next does
   */
  public record Rows(Span span, int distance) {
    /** The place of a value that nobody wants. */
    public static final Rows NONE = new Rows(Span.NONE, 0);

    boolean isWanted() {
      return span.isWanted();
    }

    /** The array. */
    float[] floats() {
      return span.floats();
    }

    /** The index of a row's column in the array. */
    int at(int row, int column) {
      return span.offset() + row * distance + column;
    }
  }
}
