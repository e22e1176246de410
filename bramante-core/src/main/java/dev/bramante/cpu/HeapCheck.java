package dev.bramante.cpu;

import dev.bramante.backend.Footprint;
import dev.bramante.backend.MemoryException;

/** Asks whether the heap can hold what a plan needs, before anything is reserved. */
final class HeapCheck {
  private HeapCheck() {}

  /**
   * Refuses what cannot fit.
   *
   * @param needs what the plan needs in all
   * @param missing the part of it that is not there yet, in bytes
   * @throws MemoryException with the numbers and the option that would help
   */
  static void require(Footprint needs, long missing) {
    if (missing <= free()) {
      return;
    }
    System.gc(); // what nobody holds any more counts as used until then
    long free = free();
    if (missing > free) {
      long largest = Runtime.getRuntime().maxMemory();
      long option = (largest - free + missing) * 5 / 4 / 1_000_000 + 100;
      throw new MemoryException(
          ("not enough memory: the plan needs %,d MB for intermediates, %,d MB for scratch memory,"
                  + " %,d MB for packed weights, %,d MB to pack them from and %,d MB for variables,"
                  + " of which %,d MB are missing, but the heap has %,d MB left of %,d MB; use a"
                  + " smaller batch or the JVM option -Xmx%dm")
              .formatted(
                  needs.arena() / 1_000_000,
                  needs.scratch() / 1_000_000,
                  needs.packed() / 1_000_000,
                  needs.staging() / 1_000_000,
                  needs.variables() / 1_000_000,
                  missing / 1_000_000,
                  free / 1_000_000,
                  largest / 1_000_000,
                  option));
    }
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }
}
