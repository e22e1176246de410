package dev.bramante.cpu;

import dev.bramante.cpu.loops.Loop;
import java.util.List;

/** A loop kernel bound to its operands. */
final class LoopStep implements Kernel {
  private final Loop loop;

  LoopStep(Loop loop, List<Operand> inputs, List<Operand> outputs) {
    this.loop = loop;
    var operands = Operand.concat(inputs, outputs);
    loop.bind(Operand.arrays(operands), Operand.offsets(operands));
  }

  @Override
  public void run() {
    loop.run();
  }
}
