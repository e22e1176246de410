package dev.bramante.cpu;

import dev.bramante.cpu.gemm.Workspace;
import dev.bramante.cpu.pool.WorkerPool;

/**
 * What all kernels of one executable share.
 *
 * @param pool who does the work
 * @param vectorBits the width of vectors in bits: 512, 256 or 128
 * @param workspace scratch memory, which one kernel at a time uses
 */
record CpuContext(WorkerPool pool, int vectorBits, Workspace workspace) {
  /** Floats in a vector. */
  int lanes() {
    return vectorBits / Float.SIZE;
  }
}
