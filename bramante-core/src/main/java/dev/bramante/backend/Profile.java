package dev.bramante.backend;

import dev.bramante.plan.Cost;
import dev.bramante.plan.Plan;
import dev.bramante.plan.Step;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Where the time of a plan goes: nanoseconds by step, summed over runs. */
public final class Profile {
  private final List<Step> steps;
  private final long[] nanos;
  private final Peaks peaks;
  private long runs;

  /**
   * The fastest that the machine can do.
   *
   * @param flops floating-point operations per second
   * @param bytes bytes read and written per second in a copy
   * @param reads bytes per second where memory is only read
   */
  public record Peaks(double flops, double bytes, double reads) {}

  /** Nothing measured yet. */
  public Profile(Plan plan, Peaks peaks) {
    this.steps = plan.steps();
    this.nanos = new long[steps.size()];
    this.peaks = peaks;
  }

  /** Adds the time of one step in one run. */
  public void add(int step, long nanoseconds) {
    nanos[step] += nanoseconds;
  }

  /** Says that a run is complete. */
  public void endRun() {
    runs++;
  }

  /** The number of complete runs. */
  public long runs() {
    return runs;
  }

  /** Mean nanoseconds of one run of step {@code index}. */
  public double nanos(int index) {
    return (double) nanos[index] / Math.max(1, runs);
  }

  /**
   * A table, the slowest step first: time, share of the run, rate, and share of the peak that
   * limits the step (arithmetic for matrix products and convolutions, memory for the rest).
   */
  public String table() {
    double total = IntStream.range(0, nanos.length).mapToDouble(this::nanos).sum();
    var text = new StringBuilder();
    text.append(
        "%10s %6s %10s %10s %6s  %s%n".formatted("µs", "time", "GFLOP/s", "GB/s", "peak", "step"));
    IntStream.range(0, nanos.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -nanos(i)))
        .forEach(i -> text.append(row(steps.get(i), nanos(i), total)));
    text.append(
        "%10.1f µs in %d steps, mean of %d runs%n".formatted(total / 1e3, nanos.length, runs));
    return text.toString();
  }

  private String row(Step step, double nanos, double total) {
    Cost cost = step.cost();
    double flops = cost.flops() / nanos;
    double bytes = cost.bytes() / nanos;
    double peak = Math.max(flops * 1e9 / peaks.flops(), bytes * 1e9 / peaks.bytes());
    String type = step.outputs().getFirst().type().toString();
    String path = step.path().isEmpty() ? "" : "  # " + step.path();
    return "%10.1f %5.1f%% %10.1f %10.1f %5.0f%%  %s %s%s%n"
        .formatted(
            nanos / 1e3, 100 * nanos / total, flops, bytes, 100 * peak, step.label(), type, path);
  }
}
