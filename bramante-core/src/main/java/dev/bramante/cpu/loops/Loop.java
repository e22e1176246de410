package dev.bramante.cpu.loops;

/**
 * A kernel for one operation of given shapes, bound to its operands once and run many times.
 *
 * <p>F32 and BOOL (0 or 1) values live in {@code float[]}, I32 and I64 (narrowed) in {@code int[]}.
 * Arrays have 16 elements more than their last operand, which may be read but are not written.
 */
public interface Loop {
  /**
   * Says where inputs and then outputs are, and {@link #scratch} floats after these if they are to
   * be somebody else's; may be called again.
   */
  void bind(Object[] arrays, int[] offsets);

  /** Floats of memory that a run uses besides, and that others may use between runs. */
  default int scratch() {
    return 0;
  }

  /** Computes the outputs. Allocates nothing. */
  void run();
}
