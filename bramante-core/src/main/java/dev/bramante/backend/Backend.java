package dev.bramante.backend;

import dev.bramante.plan.Plan;

/** A machine that executes plans. */
public interface Backend {
  /** A name with what matters of the machine, as {@code cpu, 512 bits, 2 threads}. */
  String name();

  /** What variables hold. */
  Variables variables();

  /**
   * Makes a plan executable: room for it in memory, kernels made and warm.
   *
   * @throws MemoryException with the numbers and the option that would help, if it cannot fit
   */
  Executable load(Plan plan);

  /** The memory that a plan would need here; nothing of it is reserved. */
  Footprint footprint(Plan plan);

  /** The fastest that this machine can do, measured once. */
  Profile.Peaks peaks();
}
