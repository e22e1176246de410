package dev.bramante.cpu;

import dev.bramante.cpu.gemm.Workspace;
import dev.bramante.cpu.pool.WorkerPool;

/**
 * What all kernels of one executable share.
 *
 * @param pool who does the work
 * @param vectorBits the width of vectors in bits: 512, 256 or 128
 * @param winograd whether convolutions may be computed by Winograd's formula
 * @param workspace scratch memory, which one kernel at a time uses
 * @param unpacked scratch memory for compact weights as floats, likewise
 */
record CpuContext(
    WorkerPool pool, int vectorBits, boolean winograd, Workspace workspace, Workspace unpacked) {
  /** Floats in a vector. */
  int lanes() {
    return vectorBits / Float.SIZE;
  }
}
