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
  public Backend create(int threads, int vectorBits, boolean winograd) {
    return new CpuBackend(pool(threads), bits(vectorBits), winograd);
  }

  /**
   * Threads to compute with.
   *
   * @param threads their number, or 0 for as many as there are physical cores
   */
  public static WorkerPool pool(int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    return threads == 0 ? WorkerPool.ofPhysicalCores() : new WorkerPool(threads);
  }

  /**
   * The width of vectors.
   *
   * @param vectorBits the width asked for, or 0 for the widest that pays
   */
  public static int bits(int vectorBits) {
    int bits =
        vectorBits == 0 ? Math.max(128, FloatVector.SPECIES_PREFERRED.vectorBitSize()) : vectorBits;
    if (bits != 128 && bits != 256 && bits != 512) {
      throw new IllegalArgumentException("vectors have 128, 256 or 512 bits, not " + bits);
    }
    return bits;
  }
}
