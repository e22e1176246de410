package dev.bramante.cpu.gemm;

import dev.bramante.graph.Counter;

/**
 * Which keys a query sees and how: all that lies between scores and probabilities.
 *
 * @param causal whether query i sees only the keys up to {@code past + i}
 * @param scale the factor of the scores
 * @param mask what is added to the scores, or which of them count
 * @param lengths keys of each sequence; none if all count
 * @param past for each sequence, or for all, the queries that came before; none if none did
 * @param dropout what drops probabilities
 */
public record AttentionRule(
    boolean causal, float scale, Mask mask, Ints lengths, Ints past, Dropout dropout) {

  /** So many ints from an element of a slab on; none if their count is 0. */
  public record Ints(Slab slab, int at, int count) {
    /** No numbers. */
    public static final Ints NONE = new Ints(Slab.of(new int[0]), 0, 0);

    /** The number of a sequence. */
    int of(int batch, int otherwise) {
      return count == 0 ? otherwise : slab.ints()[slab.base() + at + (count == 1 ? 0 : batch)];
    }
  }

  /** How a mask acts. */
  public enum MaskKind {
    /** There is none. */
    NONE,
    /** It is added to the scaled scores. */
    ADDED,
    /** Scores count where it is not 0. */
    CHOSEN
  }

  /**
   * A mask of [batch, heads, queries, keys], where all axes but the last may be repeated.
   *
   * @param batchStride distance of sequences, 0 if they share it
   * @param headStride distance of heads
   * @param rowStride distance of queries
   */
  public record Mask(MaskKind kind, Span values, int batchStride, int headStride, int rowStride) {
    /** No mask. */
    public static final Mask NONE = new Mask(MaskKind.NONE, Span.NONE, 0, 0, 0);

    /** Where the row of a query begins. */
    int row(int batch, int head, int query) {
      return values.offset() + batch * batchStride + head * headStride + query * rowStride;
    }
  }

  /**
   * Random zeros among the probabilities.
   *
   * @param rate the share that is zeroed
   * @param stream the stream of random numbers
   * @param seed where the seed is found
   * @param step where the step is found
   */
  public record Dropout(float rate, int stream, Ints seed, Ints step) {
    /** No dropout. */
    public static final Dropout NONE = new Dropout(0, 0, Ints.NONE, Ints.NONE);

    boolean isActive() {
      return rate > 0;
    }

    int key() {
      return Counter.key(seed.of(0, 0), step.of(0, 0), stream);
    }

    /** The least 24-bit number whose element is kept. */
    int threshold() {
      return (int) Math.ceil(rate / (double) Counter.UNIT);
    }

    float factor() {
      return 1 / (1 - rate);
    }
  }

  /** Keys that a query sees: those before this position. */
  int visible(int batch, int query, int keys) {
    int end = Math.clamp(lengths.of(batch, keys), 0, keys);
    return causal ? Math.clamp(past.of(batch, 0) + query + 1L, 0, end) : end;
  }

  /** The first query that sees a key, if the order of positions is all that counts. */
  int firstQuery(int batch, int key) {
    return causal ? Math.max(0, key - past.of(batch, 0)) : 0;
  }
}
