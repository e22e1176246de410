package dev.bramante.cpu.warmup;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Goes round the candidates until all are done; several threads may do so. */
record Rounds(List<Candidate> candidates) implements Runnable {
  /** Above some five waiting for the compiler, the JVM compiles badly first to save time. */
  private static final int OPEN = 5;

  private static final long NAP_NANOS = 300_000;

  @Override
  public void run() {
    boolean open = true;
    while (open) {
      int seen = 0;
      boolean worked = false;
      for (int i = 0; i < candidates.size() && seen < OPEN; i++) {
        var candidate = candidates.get(i);
        if (!candidate.isDone()) {
          seen++;
          worked |= candidate.round();
        }
      }
      open = seen > 0;
      if (open && !worked) {
        LockSupport.parkNanos(NAP_NANOS); // the compiler needs the core more
      }
    }
  }
}
