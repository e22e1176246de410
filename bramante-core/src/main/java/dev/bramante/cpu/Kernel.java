package dev.bramante.cpu;

/** A step bound to its memory, ready to run. */
interface Kernel {
  /** Computes the step's outputs from its inputs. Allocates nothing. */
  void run();

  /**
   * Prepares what depends on unchanged variables and constants alone, such as packed weights;
   * called before the first run and whenever a variable was written from outside.
   */
  default void prepare() {}

  /** Whether {@link #prepare} packs the right operand, so that runs don't read it. */
  default boolean packs() {
    return false;
  }
}
