package dev.bramante.cpu.gemm;

/**
 * What is constant in a micro-kernel, and the key under which it is shared.
 *
 * @param lanes floats in a vector: 16, 8 or 4
 * @param rows rows of the tile
 * @param vectors vectors in a row of the tile
 */
record KernelSpec(int lanes, int rows, int vectors) {}
