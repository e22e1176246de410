package dev.bramante.cpu.gemm;

import dev.bramante.cpu.warmup.Warmable;

/** One tile of zeros, for calling and timing a kernel. */
final class KernelTrial implements Warmable {
  /** The longest sum. */
  private static final int MAX_STEPS = 128;

  /** Accumulators that hide the latency of an FMA, on a core that starts two in a cycle. */
  private static final double BUSY_ACCUMULATORS = 16;

  private final KernelSpec spec;
  private final MicroKernel kernel;
  private final TileLayout layout;
  private final int columns;
  private final float[] a;
  private final float[] b;
  private final float[] c;

  KernelTrial(KernelSpec spec, MicroKernel kernel) {
    this.spec = spec;
    this.kernel = kernel;
    columns = spec.vectors() * spec.lanes();
    layout = TileLayout.even(spec.rows(), MAX_STEPS, 1, columns);
    a = new float[spec.rows() * MAX_STEPS];
    b = new float[columns * MAX_STEPS];
    c = new float[spec.rows() * columns];
  }

  @Override
  public String name() {
    return "kernel of %d rows, %d vectors of %d"
        .formatted(spec.rows(), spec.vectors(), spec.lanes());
  }

  @Override
  public void run(int steps) {
    kernel.run(layout, 0, 1, steps, a, 0, b, 0, c, 0, columns, c, 0, columns);
  }

  @Override
  public int work(int steps) {
    return spec.rows() * spec.vectors() * (steps + 2);
  }

  @Override
  public double share() {
    return Math.min(1, spec.rows() * spec.vectors() / BUSY_ACCUMULATORS);
  }

  @Override
  public Warmable renewed() {
    return new KernelTrial(spec, KernelSet.remake(spec));
  }

  /** Calls the kernel once and returns its rate in GFLOP/s. */
  double rate(int steps) {
    long start = System.nanoTime();
    run(steps);
    long nanos = Math.max(1, System.nanoTime() - start);
    return 2.0 * spec.rows() * columns * steps / nanos;
  }
}
