package dev.bramante.cpu;

import java.util.ArrayDeque;

/**
 * The arenas of a backend: one, in which its executables run one after the other, and a further one
 * for each that runs at the same time on another thread.
 */
final class CpuArenas {
  private final ArrayDeque<CpuArena> idle = new ArrayDeque<>();
  private long promised;
  private long made;

  /**
   * The arena that was given back last, or a new one; nobody else has it until it is given back.
   */
  synchronized CpuArena take() {
    CpuArena arena = idle.pollFirst();
    return arena == null ? new CpuArena() : arena;
  }

  /** Takes an arena back. */
  synchronized void give(CpuArena arena) {
    made = Math.max(made, arena.bytes());
    idle.addFirst(arena);
  }

  /**
   * Bytes that the heap must still hold for one arena that is large enough for all and for this.
   */
  synchronized long missing(long bytes) {
    return Math.max(0, Math.max(promised, bytes) - made);
  }

  /** Says that an executable of that need will run. */
  synchronized void promise(long bytes) {
    promised = Math.max(promised, bytes);
  }
}
