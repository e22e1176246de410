package dev.bramante.cpu;

import dev.bramante.cpu.loops.LoopKernel;
import dev.bramante.graph.Graph;
import java.util.List;

/** A generated kernel bound to its operands. */
final class LoopStep implements Kernel {
  private static final int WARM_UP_CALLS = 200;

  private final LoopKernel kernel;

  LoopStep(CpuContext context, Graph body, List<Operand> inputs, List<Operand> outputs) {
    kernel = new LoopKernel(body, context.vectorBits(), context.pool());
    int count = inputs.size() + outputs.size();
    Object[] arrays = new Object[count];
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      Operand operand = i < inputs.size() ? inputs.get(i) : outputs.get(i - inputs.size());
      arrays[i] = operand.array();
      offsets[i] = operand.offset();
    }
    kernel.bind(arrays, offsets);
  }

  @Override
  public void run() {
    kernel.run();
  }

  @Override
  public void warmUp() {
    kernel.warmUp(WARM_UP_CALLS);
  }
}
