package dev.bramante.cpu.loops;

/** One pass of a kernel. */
interface Part {
  /** Elements of work, weighted, above which a pass is shared between threads: some 10 µs of it. */
  long SHARED_WORK = 200_000;

  /** Says where the kernel's inputs and outputs are, and after these its shared memory. */
  void bind(Object[] arrays, int[] offsets);

  /** Floats of shared memory. */
  default int scratch() {
    return 0;
  }

  /** Does it. */
  void run();

  /** Ceiling of a quotient. */
  static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
