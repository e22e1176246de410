package dev.bramante.cpu.gemm;

/** One tile of zeros, for calling and timing a kernel. */
final class KernelTrial {
  private final KernelSpec spec;
  private final MicroKernel kernel;
  private final TileLayout layout;
  private final int columns;
  private final float[] a;
  private final float[] b;
  private final float[] c;

  /** A trial of sums of up to so many steps. */
  KernelTrial(KernelSet.Emitted emitted, int maxSteps) {
    spec = emitted.spec();
    kernel = emitted.kernel();
    columns = spec.vectors() * spec.lanes();
    int distanceA = spec.isFree() ? maxSteps : spec.distanceA();
    int stepA = spec.isFree() ? 1 : spec.stepA();
    layout = TileLayout.even(spec.rows(), distanceA, stepA, columns);
    a = new float[spec.rows() * distanceA + maxSteps * stepA];
    b = new float[columns * maxSteps];
    c = new float[spec.rows() * columns];
  }

  void run(int steps) {
    kernel.run(layout, 0, 1, steps, a, 0, b, 0, c, 0, columns, c, 0, columns);
  }

  /** Calls the kernel once and returns its rate in GFLOP/s. */
  double rate(int steps) {
    long start = System.nanoTime();
    run(steps);
    long nanos = Math.max(1, System.nanoTime() - start);
    return 2.0 * spec.rows() * columns * steps / nanos;
  }
}
