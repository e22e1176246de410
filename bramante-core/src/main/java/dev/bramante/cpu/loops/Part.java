package dev.bramante.cpu.loops;

/** One pass of a kernel. */
interface Part {
  /** Elements of work, weighted, above which a pass is shared between threads: some 10 µs of it. */
  long SHARED_WORK = 200_000;

  /** Says where the kernel's inputs and outputs are. */
  void bind(Object[] arrays, int[] offsets);

  /** Does it. */
  void run();

  /** Ceiling of a quotient. */
  static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
