package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * softmax(scale · q·kᵀ) · v for every head, by tiles of queries and blocks of keys with a running
 * maximum and sum (Dao et al. 2022), so that no more than a tile's scores exist.
 *
 * <p>A task is a head of a sequence, or some of its queries. Keys are packed once for each. Tiles
 * of scores that causality hides are not computed.
 */
public final class AttentionForward implements WorkerPool.Task {
  /** Queries of a task, where heads are too few: packing keys costs a few per cent of that. */
  private static final int LEAST_QUERIES = 192;

  private static final int WISHED_TASKS = 16;

  static final float LOG2_E = 1.44269504f;

  private final AttentionSizes sizes;
  private final Workspace workspace;
  private final WorkerPool pool;
  private final Split chunks;
  private final AttentionForwardHead[] workers;
  private final int scratch;

  /**
   * A kernel bound to its operands.
   *
   * @param operands the queries, keys and values, and where the results go
   */
  public AttentionForward(
      AttentionSizes sizes,
      AttentionRule rule,
      AttentionOperands operands,
      int lanes,
      WorkerPool pool,
      Workspace workspace) {
    this.sizes = sizes;
    this.pool = pool;
    this.workspace = workspace;
    int heads = Math.max(1, sizes.batch() * sizes.heads());
    int possible = Math.max(1, sizes.queries() / LEAST_QUERIES);
    int wished = Split.units(WISHED_TASKS, heads);
    var block = new AttentionBlock(lanes);
    chunks = Split.of(sizes.queries(), block.tile(), Math.min(wished, possible));
    workers = new AttentionForwardHead[pool.threads()];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new AttentionForwardHead(sizes, rule, operands, lanes);
    }
    scratch = workers[0].scratch();
    workspace.reserve((long) scratch * pool.threads());
  }

  /** Computes the results. */
  public void run() {
    pool.run(this, sizes.batch() * sizes.heads() * chunks.parts());
  }

  @Override
  public void run(int index, int worker) {
    int head = index / chunks.parts();
    int part = index % chunks.parts();
    var task = workers[worker];
    task.start(workspace.floats(), worker * scratch, head / sizes.heads(), head % sizes.heads());
    task.run(chunks.start(part), chunks.start(part + 1));
  }
}
