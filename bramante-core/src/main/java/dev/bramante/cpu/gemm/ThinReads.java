package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/** How fast memory can be read when nothing else is done: the limit of {@link ThinProduct}. */
public final class ThinReads {
  /** 256 MB: more than any cache holds. */
  private static final int SIZE = 1 << 26;

  private static final int PART = 1 << 15;
  private static final int TRIALS = 8;

  private final ThinRows rows;
  private final WorkerPool pool;
  private final float[] memory = new float[SIZE];
  private final float[] sums;
  private final int lanes;

  /** With vectors of so many floats. */
  public ThinReads(int lanes, WorkerPool pool) {
    this.rows = ThinWidth.of(lanes, ThinProduct.Form.F32);
    this.pool = pool;
    this.lanes = lanes;
    this.sums = new float[pool.threads() * lanes];
  }

  /** The best of a few trials. */
  public double bytesPerSecond() {
    WorkerPool.Task task =
        (index, worker) -> rows.sum(memory, index * PART, PART, sums, worker * lanes);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < TRIALS; i++) {
      long before = System.nanoTime();
      pool.run(task, SIZE / PART);
      best = Math.min(best, System.nanoTime() - before);
    }
    return 1e9 * Float.BYTES * SIZE / best;
  }
}
