package dev.bramante.cpu.gemm;

import dev.bramante.cpu.warmup.Warmup;
import java.util.ArrayList;
import java.util.List;

/** How fast the micro-kernels are on one core, with operands in the first-level cache. */
public final class KernelRates {
  private static final int STEPS = 128;
  private static final int TRIALS = 2000;

  /** Accumulators of the smallest tile that keeps one FMA a cycle busy. */
  private static final double BUSY_ACCUMULATORS = 8;

  /**
   * The rate of a kernel.
   *
   * @param name rows × vectors
   * @param gflops its rate
   * @param floor the least share of the fastest kernel's rate that a sound kernel has
   */
  public record Rate(String name, double gflops, double floor) {}

  private KernelRates() {}

  /** Makes, warms and times the kernels of a vector width. */
  public static List<Rate> measure(int lanes) {
    var set = KernelSet.of(lanes);
    var specs = new ArrayList<KernelSpec>();
    for (int left = set.maxRows(); left > 0; left = set.rowsOf(left) - 1) {
      int rows = set.rowsOf(left);
      specs.add(new KernelSpec(lanes, rows, 2));
      specs.add(new KernelSpec(lanes, rows, 1));
    }
    specs.add(new KernelSpec(lanes, 1, set.panelVectors(1)));
    var wide = new KernelSpec(lanes, set.wideTile().rows(), set.wideTile().vectors());
    if (!specs.contains(wide)) {
      specs.add(wide);
    }
    specs.forEach(spec -> set.kernel(spec.rows(), spec.vectors()));
    Warmup.run();
    var rates = new ArrayList<Rate>();
    specs.forEach(spec -> rates.add(rate(spec, set.kernel(spec.rows(), spec.vectors()))));
    return rates;
  }

  private static Rate rate(KernelSpec spec, MicroKernel kernel) {
    var trial = new KernelTrial(spec, kernel);
    double best = 0;
    for (int i = 0; i < TRIALS; i++) {
      best = Math.max(best, trial.rate(STEPS));
    }
    // one row loads a vector for each FMA, which takes two cycles when it crosses a line
    double fed = Math.min(1, 0.5 * spec.rows());
    double busy = Math.min(fed, spec.rows() * spec.vectors() / BUSY_ACCUMULATORS);
    return new Rate(spec.rows() + "×" + spec.vectors(), best, 0.6 * busy);
  }
}
