package dev.bramante.cpu;

import dev.bramante.backend.Backend;
import dev.bramante.backend.BackendProvider;
import dev.bramante.cpu.pool.WorkerPool;
import jdk.incubator.vector.FloatVector;

/** Offers the CPU. */
public final class CpuBackendProvider implements BackendProvider {
  /** For the service loader. */
  public CpuBackendProvider() {}

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Backend create(int threads, int vectorBits) {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    int bits =
        vectorBits == 0 ? Math.max(128, FloatVector.SPECIES_PREFERRED.vectorBitSize()) : vectorBits;
    if (bits != 128 && bits != 256 && bits != 512) {
      throw new IllegalArgumentException("vectors have 128, 256 or 512 bits, not " + bits);
    }
    WorkerPool pool = threads == 0 ? WorkerPool.ofPhysicalCores() : new WorkerPool(threads);
    return new CpuBackend(pool, bits);
  }
}
