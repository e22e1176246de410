package dev.bramante.cpu;

import dev.bramante.backend.Profile;
import dev.bramante.cpu.gemm.GemmSpec;
import dev.bramante.cpu.gemm.MatMul;
import dev.bramante.cpu.gemm.ThinReads;
import dev.bramante.cpu.pool.WorkerPool;

/**
 * The yardstick of profiles: the fastest matrix product, and the fastest copy, that this machine
 * does in a fraction of a second.
 */
final class CpuPeaks {
  private static final int SIDE = 768;
  private static final int COPIED = 8 << 20;
  private static final int TRIALS = 12;

  private CpuPeaks() {}

  static Profile.Peaks measured(int lanes, WorkerPool pool) {
    return new Profile.Peaks(
        flops(lanes, pool), bytes(pool), new ThinReads(lanes, pool).bytesPerSecond());
  }

  private static double flops(int lanes, WorkerPool pool) {
    var product = new MatMul(GemmSpec.of(SIDE, SIDE, SIDE), lanes, pool);
    float[] a = new float[SIDE * SIDE + Operand.SLACK];
    float[] b = new float[SIDE * SIDE + Operand.SLACK];
    float[] c = new float[SIDE * SIDE + Operand.SLACK];
    long best = Long.MAX_VALUE;
    for (int i = 0; i < TRIALS; i++) {
      long before = System.nanoTime();
      product.run(a, 0, b, 0, c, 0);
      best = Math.min(best, System.nanoTime() - before);
    }
    return 2e9 * SIDE * SIDE * SIDE / best;
  }

  private static double bytes(WorkerPool pool) {
    int threads = pool.threads();
    float[] from = new float[COPIED];
    float[] to = new float[COPIED];
    WorkerPool.Task copy =
        (index, _) -> {
          int begin = (int) ((long) COPIED * index / threads);
          int end = (int) ((long) COPIED * (index + 1) / threads);
          System.arraycopy(from, begin, to, begin, end - begin);
        };
    long best = Long.MAX_VALUE;
    for (int i = 0; i < TRIALS; i++) {
      long before = System.nanoTime();
      pool.run(copy, threads);
      best = Math.min(best, System.nanoTime() - before);
    }
    return 2e9 * Float.BYTES * COPIED / best;
  }
}
