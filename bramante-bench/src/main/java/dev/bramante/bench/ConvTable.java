package dev.bramante.bench;

import dev.bramante.cpu.gemm.ConvEnding;
import dev.bramante.cpu.gemm.ConvForward;
import dev.bramante.cpu.gemm.ConvInputGradient;
import dev.bramante.cpu.gemm.ConvSpec;
import dev.bramante.cpu.gemm.ConvWeightGradient;
import dev.bramante.cpu.gemm.KernelRates;
import dev.bramante.cpu.pool.WorkerPool;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import jdk.incubator.vector.FloatVector;

/**
 * Times every distinct convolution of the networks and both its gradients, in GFLOP/s and share of
 * the fastest kernel's rate.
 *
 * <p>Arguments are networks with their batch, as {@code resnet50-8}; a plain {@code fast} stands
 * for a few that take half a minute. {@code forward}, {@code input} and {@code weight} select what
 * is timed; without them it is all three. {@code cpu} counts the processor time of all threads
 * instead of the clock's, for a machine that is busy.
 */
public final class ConvTable {
  private static final long TRIAL_NANOS = 8_000_000;
  private static final int TRIALS = 7;
  private static final int SLACK = 64;
  private static final List<String> KINDS = List.of("forward", "input", "weight");

  private final WorkerPool pool = WorkerPool.ofPhysicalCores();
  private final int lanes = FloatVector.SPECIES_PREFERRED.length();
  private final double peak = peak();
  private final List<String> kinds;
  private final boolean cpu;

  private ConvTable(List<String> kinds, boolean cpu) {
    this.kinds = kinds;
    this.cpu = cpu;
  }

  /** Prints a line for each convolution and a sum for each network. */
  public static void main(String[] args) {
    var names = Arrays.asList(args);
    var chosen = KINDS.stream().filter(names::contains).toList();
    var table = new ConvTable(chosen.isEmpty() ? KINDS : chosen, names.contains("cpu"));
    for (String name : args) {
      if (name.equals("fast")) {
        table.network("resnet50", 1);
        table.network("alexnet", 4);
      } else if (!KINDS.contains(name) && !name.equals("cpu")) {
        int dash = name.indexOf('-');
        table.network(name.substring(0, dash), Integer.parseInt(name.substring(dash + 1)));
      }
    }
    table.pool.close();
  }

  private double peak() {
    var rates = KernelRates.measure(lanes).stream();
    return pool.threads() * rates.mapToDouble(KernelRates.Rate::gflops).max().orElseThrow();
  }

  private void network(String name, int batch) {
    say("%s-%d: GFLOP/s (share of %.0f), milliseconds", name, batch, peak);
    say("%-32s %22s %22s %22s", "", "forward", "input gradient", "weight gradient");
    var sums = new double[3];
    var flops = new double[3];
    for (var one : ConvCase.of(name, batch)) {
      double[] nanos = measure(one);
      var line = new StringBuilder("%-32s".formatted(one.count() + " × " + one));
      for (int i = 0; i < 3; i++) {
        sums[i] += one.count() * nanos[i];
        flops[i] += nanos[i] == 0 ? 0 : one.count() * one.flops();
        line.append(column(one.flops(), nanos[i]));
      }
      say("%s", line);
    }
    var line = new StringBuilder("%-32s".formatted("together"));
    for (int i = 0; i < 3; i++) {
      line.append(column(flops[i], sums[i]));
    }
    say("%s", line);
  }

  private String column(double flops, double nanos) {
    if (nanos == 0) {
      return " ".repeat(23);
    }
    double rate = flops / nanos;
    return String.format(
        Locale.ROOT, " %6.1f %4.0f %% %8.3f", rate, 100 * rate / peak, nanos / 1e6);
  }

  /** Nanoseconds of the three, 0 where not measured. */
  private double[] measure(ConvCase one) {
    ConvSpec spec = one.spec();
    int pixels = spec.n() * spec.outHeight() * spec.outWidth();
    var x = floats(spec.n() * spec.height() * spec.width() * spec.channels());
    int taps = spec.kernelHeight() * spec.kernelWidth() * spec.channels();
    var w = floats(taps * spec.filters());
    var y = floats(pixels * spec.filters());
    var forward = new ConvForward(spec, new ConvEnding(false, false, true), lanes, pool);
    var packed = floats(forward.packedSize());
    forward.packWeights(w, 0, packed, 0);
    var result = new double[3];
    if (kinds.contains("forward")) {
      result[0] = time(() -> forward.run(x, 0, packed, 0, y, 0));
    }
    if (kinds.contains("input") && one.needsInputGradient()) {
      var gradient = new ConvInputGradient(spec, lanes, pool);
      result[1] = time(() -> gradient.run(y, 0, w, 0, x, 0));
    }
    if (kinds.contains("weight")) {
      var gradient = new ConvWeightGradient(spec, lanes, pool);
      result[2] = time(() -> gradient.run(x, 0, y, 0, w, 0));
    }
    return result;
  }

  private double time(Runnable run) {
    Timing timing = Timing.of(TRIAL_NANOS, TRIALS, run);
    if (timing.bytes() != 0) {
      throw new IllegalStateException("a call allocates " + timing.bytes() + " bytes");
    }
    return cpu ? timing.cpuNanos() / pool.threads() : timing.nanos();
  }

  private static float[] floats(int count) {
    var result = new float[count + SLACK];
    Arrays.fill(result, 0.01f);
    return result;
  }

  private static void say(String format, Object... args) {
    System.out.println(String.format(Locale.ROOT, format, args));
  }
}
