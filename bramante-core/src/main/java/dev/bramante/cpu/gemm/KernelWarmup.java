package dev.bramante.cpu.gemm;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls new kernels with tiny sums until they are compiled, so that no real work runs in the
 * interpreter, where a kernel does 0.05 GFLOP/s. Then each is timed once, and made anew if the
 * compiler made it slow.
 *
 * <p>Seven kernels, all that a training of LeNet needs, take 0.3 s with the flags of the launcher
 * and 1.4 s without.
 */
public final class KernelWarmup {
  /** The compilers of two kernels work side by side. */
  private static final int THREADS = 2;

  /** Between two looks at the clock; interpreted, a call takes up to a millisecond. */
  private static final int CALLS = 8;

  private static final int STEPS = 4;
  private static final int TIMED_STEPS = 64;
  private static final int TIMED_CALLS = 32;

  /** In GFLOP/s: compiled kernels are above by a factor of ten, others below by as much. */
  private static final double COMPILED = 2;

  /** A share of what is expected that only a kernel that spills its registers falls below. */
  private static final double CLIFF = 0.2;

  /** Accumulators that hide the latency of an FMA, on a core that starts two in a cycle. */
  private static final double BUSY_ACCUMULATORS = 16;

  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private KernelWarmup() {}

  /** Warms the kernels that were made since the last call. */
  public static void run() {
    var cold = KernelSet.takeCold();
    if (cold.isEmpty()) {
      return;
    }
    var rates = inParallel(cold);
    double best = 0;
    for (double rate : rates) {
      best = Math.max(best, rate);
    }
    for (int i = 0; i < rates.length; i++) {
      var spec = cold.get(i).spec();
      double share = Math.min(1, spec.rows() * spec.vectors() / BUSY_ACCUMULATORS);
      if (rates[i] < CLIFF * share * best) {
        warm(KernelSet.remake(spec));
      }
    }
  }

  private static double[] inParallel(List<KernelSet.Emitted> cold) {
    var rates = new double[cold.size()];
    var next = new AtomicInteger();
    Runnable work =
        () -> {
          for (int i = next.getAndIncrement(); i < rates.length; i = next.getAndIncrement()) {
            rates[i] = warm(cold.get(i));
          }
        };
    var helpers = new Thread[Math.min(THREADS, rates.length) - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = Thread.ofPlatform().daemon().name("bramante-warmup").start(work);
    }
    work.run();
    for (var helper : helpers) {
      joinUninterruptibly(helper);
    }
    return rates;
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the kernel's rate in GFLOP/s when warm. */
  private static double warm(KernelSet.Emitted emitted) {
    var tile = new KernelTrial(emitted, TIMED_STEPS);
    long start = System.nanoTime();
    while (tile.rate(STEPS) < COMPILED && System.nanoTime() - start < PATIENCE_NANOS) {
      for (int i = 0; i < CALLS; i++) {
        tile.run(STEPS);
      }
    }
    double best = 0;
    for (int i = 0; i < TIMED_CALLS; i++) {
      best = Math.max(best, tile.rate(TIMED_STEPS));
    }
    return best;
  }
}
