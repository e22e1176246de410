package dev.bramante.backend;

/**
 * The memory that an executable works in, in bytes. Executables of one backend share the arena, the
 * scratch memory and the variables, as long as they don't run at once.
 *
 * @param arena intermediates, and what is computed once for all runs
 * @param scratch what single kernels need while they run
 * @param packed weights in the order in which kernels read them, packed once
 * @param staging where weights are that have a source while they are packed or computed with, if
 *     the arena has no room for them; nothing of it stays
 * @param variables what the plan's variables hold, but for those that do not stay
 */
public record Footprint(long arena, long scratch, long packed, long staging, long variables) {
  /** All together, which is what the first run takes. */
  public long total() {
    return arena + scratch + packed + staging + variables;
  }
}
