package dev.bramante.backend;

/**
 * The memory that an executable works in, in bytes. Executables of one backend share the arena, the
 * scratch memory and the variables, as long as they don't run at once.
 *
 * @param arena intermediates, and what is computed once for all runs
 * @param scratch what single kernels need while they run
 * @param packed weights in the order in which kernels read them, packed once
 * @param variables what the plan's variables hold
 */
public record Footprint(long arena, long scratch, long packed, long variables) {
  /** All together. */
  public long total() {
    return arena + scratch + packed + variables;
  }
}
