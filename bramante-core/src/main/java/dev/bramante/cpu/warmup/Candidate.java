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
  private long bestShort = Long.MAX_VALUE;
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
    boolean first = calls < FIRST_CALLS;
    int count = waits ? CALLS_A_LOOK : CALLS_A_ROUND;
    firstCall = calls == 0 ? System.nanoTime() : firstCall;
    for (int i = 0; i < count; i++) {
      if (first) {
        code.run(1);
      } else {
        best = Math.min(best, timed(TRIPS));
      }
    }
    bestShort = first ? bestShort : Math.min(bestShort, timed(1));
    calls += count;
    end = System.nanoTime();
    compiled = isFast(best, TRIPS) && isFast(bestShort, 1);
    done = compiled || end - firstCall > PATIENCE_NANOS;
    return !waits;
  }

  private long timed(int trips) {
    long before = System.nanoTime();
    code.run(trips);
    return System.nanoTime() - before;
  }

  /**
   * Whether so many nanoseconds are those of compiled code. A short call tells it of what stands
   * around the loop: the ends of rows took 12 ms a step when only loops were waited for.
   */
  private boolean isFast(long nanos, int trips) {
    return nanos < CALL + INSTRUCTION * code.work(trips);
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
