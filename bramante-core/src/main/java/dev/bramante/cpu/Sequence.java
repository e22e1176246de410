package dev.bramante.cpu;

import java.util.List;

/** Kernels one after the other, as one. */
record Sequence(List<Kernel> kernels) implements Kernel {
  @Override
  public void run() {
    for (int i = 0; i < kernels.size(); i++) {
      kernels.get(i).run();
    }
  }

  @Override
  public void prepare() {
    kernels.forEach(Kernel::prepare);
  }
}
