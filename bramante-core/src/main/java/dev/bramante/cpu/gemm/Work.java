package dev.bramante.cpu.gemm;

/** How much work makes a task. */
final class Work {
  /** Below this, waking a worker costs more than it saves: 1 µs at 60 billion a second. */
  private static final long MULTIPLY_ADDS_INLINE = 60_000;

  /** A task of 2 µs keeps the cost of drawing it below 3 %. */
  private static final long MULTIPLY_ADDS_TASK = 100_000;

  /** Enough for 16 threads to end at nearly the same time. */
  private static final int MAX_TASKS = 64;

  private Work() {}

  /** Into how many tasks so many multiply-adds should be cut: 1, 2 or a multiple of 4. */
  static int tasks(long multiplyAdds) {
    if (multiplyAdds < MULTIPLY_ADDS_INLINE) {
      return 1;
    }
    int tasks = Math.clamp(multiplyAdds / MULTIPLY_ADDS_TASK, 2, MAX_TASKS);
    return tasks == 2 ? 2 : (tasks + 3) / 4 * 4;
  }
}
