package dev.bramante.cpu.loops;

/** What an emitted class implements. */
interface LoopCode {
  /**
   * Computes a part of the frame.
   *
   * @param arrays the array of each slot ({@code float[]}, {@code int[]}, or none for indices)
   * @param offsets where each slot begins, from {@code base} on
   * @param steps how far each slot moves from one row to the next
   */
  void run(
      Object[] arrays,
      int[] offsets,
      int base,
      int[] steps,
      int row0,
      int row1,
      int col0,
      int col1);
}
