package dev.bramante.bench;

import dev.bramante.cpu.pool.WorkerPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to hand an empty loop to the worker pool and wait for its end. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PoolBenchmark {
  /** Indices in the loop. */
  @Param({"2", "16"})
  public int count;

  private final int[] runs = new int[64 * 1024];
  private WorkerPool pool;

  /** Starts one worker a physical core. */
  @Setup
  public void start() {
    pool = WorkerPool.ofPhysicalCores();
  }

  /** Ends the workers. */
  @TearDown
  public void stop() {
    pool.close();
  }

  /** One run; each index writes to a cache line of its own. */
  @Benchmark
  public void dispatch() {
    pool.run((index, worker) -> runs[index << 6]++, count);
  }
}
