package dev.bramante.cpu.gemm;

/**
 * Where attention reads and writes.
 *
 * @param q queries, [batch, queries, heads · width]
 * @param k keys, [batch, keys, heads · width]
 * @param v values, [batch, keys, heads · valueWidth]
 * @param y the result, [batch, queries, heads · valueWidth]; {@link Span#NONE} if nobody wants it
 * @param sums the logarithm of the sum of each query's exponentials, [batch, heads, queries], 0
 *     where it sees no key; {@link Span#NONE} if nobody wants it
 */
public record AttentionOperands(Span q, Span k, Span v, Span y, Span sums) {}
