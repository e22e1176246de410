package dev.bramante.cpu;

/** Copies one run of elements. */
record CopyKernel(Operand from, Operand to, int size) implements Kernel {
  @Override
  public void run() {
    System.arraycopy(from.array(), from.offset(), to.array(), to.offset(), size);
  }
}
