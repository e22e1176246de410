package dev.bramante.cpu.gemm;

/**
 * The sizes of an attention: queries [batch, queries, heads · width], keys [batch, keys, heads ·
 * width], values [batch, keys, heads · valueWidth].
 *
 * @param batch sequences
 * @param heads heads, side by side in a row
 * @param queries rows that ask
 * @param keys rows that are asked
 * @param width elements of a head in a query and a key
 * @param valueWidth elements of a head in a value
 */
public record AttentionSizes(
    int batch, int heads, int queries, int keys, int width, int valueWidth) {}
