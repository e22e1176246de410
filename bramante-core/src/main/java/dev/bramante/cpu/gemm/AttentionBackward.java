package dev.bramante.cpu.gemm;

import dev.bramante.cpu.gemm.AttentionOperands.Rows;
import dev.bramante.cpu.pool.WorkerPool;

/**
 * The gradients of {@link AttentionForward} to queries, keys and values. Probabilities are computed
 * again from the logarithms of the sums, by blocks; a task is a head of a sequence, in which blocks
 * follow each other in a fixed order.
 */
public final class AttentionBackward implements WorkerPool.Task {
  private final AttentionSizes sizes;
  private final Workspace workspace;
  private final WorkerPool pool;
  private final AttentionBackwardHead[] workers;
  private final int scratch;

  /**
   * Where the gradients are read and written.
   *
   * @param dy the gradient to the result
   * @param dq the gradient to the queries; this and the next ones {@link Rows#NONE} if nobody wants
   *     them
   * @param dk the gradient to the keys
   * @param dv the gradient to the values
   */
  public record Operands(Rows dy, Rows dq, Rows dk, Rows dv) {}

  /**
   * A kernel bound to its operands.
   *
   * @param forward what the forward pass read and made, with the sums
   */
  public AttentionBackward(
      AttentionSizes sizes,
      AttentionRule rule,
      AttentionOperands forward,
      Operands gradients,
      int lanes,
      WorkerPool pool,
      Workspace workspace) {
    this.sizes = sizes;
    this.pool = pool;
    this.workspace = workspace;
    workers = new AttentionBackwardHead[pool.threads()];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new AttentionBackwardHead(sizes, rule, forward, gradients, lanes);
    }
    scratch = workers[0].scratch();
    workspace.reserve((long) scratch * pool.threads());
  }

  /** Computes the gradients. */
  public void run() {
    pool.run(this, sizes.batch() * sizes.heads());
  }

  @Override
  public void run(int index, int worker) {
    workers[worker].run(
        workspace.floats(), worker * scratch, index / sizes.heads(), index % sizes.heads());
  }
}
