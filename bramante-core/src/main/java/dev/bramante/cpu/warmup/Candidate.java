package dev.bramante.cpu.warmup;

import java.util.concurrent.atomic.AtomicBoolean;

/** Code on its way to being compiled. */
final class Candidate {
  /** As long as the JVM counts calls in the interpreter, where every trip is dear. */
  private static final int FIRST_CALLS = 256;

  /**
   * From here on: with fewer the compiler takes the loop for a short one, and spills its registers
   * (12 × 2 kernel: 70 GFLOP/s after 1 trip, 113 after 4; 2 × 2: 55, 62, and 88 after 16).
   */
  private static final int TRIPS = 32;

  /** Then the JVM has counted enough, and more calls only take time from its compiler. */
  private static final int ENOUGH_CALLS = 2048;

  private static final int CALLS_A_ROUND = 16;
  private static final int CALLS_A_LOOK = 4;

  /** Nanoseconds: compiled code takes a tenth of that for an instruction, other code ten times. */
  private static final double INSTRUCTION = 8;

  private static final double CALL = 1000;

  /** From the first call on; what takes longer is left to its real work. */
  private static final long PATIENCE_NANOS = 3_000_000_000L;

  /** A share of what is expected that only code that spills its registers falls below. */
  private static final double CLIFF = 0.2;

  private final Warmable code;
  private final long start;
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile boolean done;
  private int calls;
  private long best = Long.MAX_VALUE;
  private long firstCall;
  private boolean compiled;
  private long end;

  Candidate(Warmable code, long start) {
    this.code = code;
    this.start = start;
    this.end = start;
  }

  boolean isDone() {
    return done;
  }

  /** Runs the code a few times, unless another thread does; returns whether it was worth it. */
  boolean round() {
    if (!taken.compareAndSet(false, true)) {
      return false;
    }
    try {
      return !done && called();
    } finally {
      taken.set(false);
    }
  }

  private boolean called() {
    boolean waits = calls >= ENOUGH_CALLS;
    int trips = calls < FIRST_CALLS ? 1 : TRIPS;
    int count = waits ? CALLS_A_LOOK : CALLS_A_ROUND;
    firstCall = calls == 0 ? System.nanoTime() : firstCall;
    for (int i = 0; i < count; i++) {
      long before = System.nanoTime();
      code.run(trips);
      long nanos = System.nanoTime() - before;
      best = trips == TRIPS ? Math.min(best, nanos) : best;
    }
    calls += count;
    end = System.nanoTime();
    compiled = best < CALL + INSTRUCTION * code.work(TRIPS);
    done = compiled || end - firstCall > PATIENCE_NANOS;
    return !waits;
  }

  /** Instructions a nanosecond, of code that compares. */
  double rate() {
    return code.share() == 0 ? 0 : (double) code.work(TRIPS) / best;
  }

  boolean isOffTheCliff(double bestRate) {
    return code.share() > 0 && rate() < CLIFF * code.share() * bestRate;
  }

  Warmable renewed() {
    return code.renewed();
  }

  Warmup.Result result() {
    return new Warmup.Result(code.name(), compiled, (end - start) / 1e6);
  }
}
