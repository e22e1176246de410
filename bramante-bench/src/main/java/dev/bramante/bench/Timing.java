package dev.bramante.bench;

import com.sun.management.ThreadMXBean;
import dev.bramante.cpu.warmup.Warmup;
import java.lang.management.ManagementFactory;

/**
 * Times what a kernel does in one call.
 *
 * @param nanos of the fastest trial: what a neighbour's load cannot improve
 * @param cpuNanos processor time of all threads together, which tells more on a busy machine
 * @param bytes that a call allocates on the calling thread
 */
record Timing(double nanos, double cpuNanos, long bytes) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * Calls until it is warm, then times several trials.
   *
   * @param trialNanos how long a trial lasts at least
   * @param trials how many there are
   */
  static Timing of(long trialNanos, int trials, Runnable run) {
    Warmup.run();
    long calls = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < 4 * trialNanos || calls < 3) {
      run.run();
      calls++;
    }
    long repeats = Math.max(1, calls / 4);
    double best = Double.MAX_VALUE;
    double bestCpu = Double.MAX_VALUE;
    long allocated = Long.MAX_VALUE;
    for (int trial = 0; trial < trials; trial++) {
      long cpu = cpu();
      long bytes = THREADS.getCurrentThreadAllocatedBytes();
      long begin = System.nanoTime();
      for (long i = 0; i < repeats; i++) {
        run.run();
      }
      best = Math.min(best, (double) (System.nanoTime() - begin) / repeats);
      long used = THREADS.getCurrentThreadAllocatedBytes() - bytes;
      bestCpu = Math.min(bestCpu, (double) (cpu() - cpu) / repeats);
      allocated = Math.min(allocated, used / repeats);
    }
    return new Timing(best, bestCpu, allocated);
  }

  private static long cpu() {
    long sum = 0;
    for (long nanos : THREADS.getThreadCpuTime(THREADS.getAllThreadIds())) {
      sum += Math.max(0, nanos);
    }
    return sum;
  }
}
