package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * The gradient of a convolution with respect to its weights, dw from x and dy, of fixed sizes.
 *
 * <p>Convolutions with many taps and filters copy their operands into panels block by block, others
 * read them where they lie. Results have the same bits at any number of threads. A run allocates
 * nothing. An instance serves one run at a time.
 */
public final class ConvWeightGradient {
  private sealed interface Way {}

  private record Packed(PackedWeightGradient gradient) implements Way {}

  private record Direct(DirectWeightGradient gradient) implements Way {}

  private final Way way;

  /** A gradient with scratch memory of its own. */
  public ConvWeightGradient(ConvSpec spec, int lanes, WorkerPool pool) {
    this(spec, lanes, pool, new Workspace());
  }

  /**
   * A gradient.
   *
   * @param spec sizes of the convolution
   * @param lanes floats in a vector: 16, 8 or 4
   * @param pool who does the work
   * @param workspace scratch memory, may be shared with operations that run at other times
   */
  public ConvWeightGradient(ConvSpec spec, int lanes, WorkerPool pool, Workspace workspace) {
    way =
        PackedBlocking.pays(spec)
            ? new Packed(new PackedWeightGradient(spec, lanes, pool, workspace))
            : new Direct(new DirectWeightGradient(spec, lanes, pool, workspace));
  }

  /** Computes dw. */
  public void run(float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
    switch (way) {
      case Packed(var gradient) -> gradient.run(x, xo, dy, dyo, dw, dwo);
      case Direct(var gradient) -> gradient.run(x, xo, dy, dyo, dw, dwo);
    }
  }
}
