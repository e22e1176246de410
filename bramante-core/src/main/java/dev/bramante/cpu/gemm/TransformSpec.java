package dev.bramante.cpu.gemm;

/**
 * What is constant in a part of a {@link Transform}.
 *
 * @param lanes floats in a vector: 16, 8 or 4
 * @param form what it computes
 * @param part which of {@link WinogradForm#parts}
 * @param bias whether a bias is added to the results
 * @param relu whether negative results then become zero
 */
record TransformSpec(int lanes, WinogradForm form, int part, boolean bias, boolean relu) {}
