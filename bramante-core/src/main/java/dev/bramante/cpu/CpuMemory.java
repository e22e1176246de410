package dev.bramante.cpu;

import dev.bramante.backend.MemoryException;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.plan.Buffer;
import dev.bramante.plan.Memory;
import dev.bramante.plan.Plan;
import dev.bramante.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.Map;

/** The memory of one executable: its arenas, its constants, and the variables that all share. */
final class CpuMemory {
  private final float[] floats;
  private final int[] ints;
  private final CpuVariables variables;
  private final Map<Tensor, Object> constants = new IdentityHashMap<>();

  /**
   * Reserves the arenas.
   *
   * @throws MemoryException if the heap cannot hold them
   */
  CpuMemory(Plan plan, CpuVariables variables) {
    this.variables = variables;
    check(plan);
    this.floats = new float[plan.floats() + Operand.SLACK];
    this.ints = new int[plan.ints() + Operand.SLACK];
  }

  Operand operand(Buffer buffer) {
    return switch (buffer.memory()) {
      case Memory.Floats() -> new Operand(floats, buffer.offset());
      case Memory.Ints() -> new Operand(ints, buffer.offset());
      case Memory.Held(var variable) ->
          new Operand(variables.operand(variable).array(), buffer.offset());
      case Memory.Fixed(var value) ->
          new Operand(constants.computeIfAbsent(value, CpuMemory::copy), buffer.offset());
    };
  }

  private static Object copy(Tensor value) {
    Object array = Transfer.allocate(new Type(value.dtype(), value.shape()));
    if (Transfer.isCompact(value.dtype())) {
      Transfer.pack(value, (int[]) array);
    } else {
      Transfer.write(value, new Operand(array, 0));
    }
    return array;
  }

  private void check(Plan plan) {
    long variableBytes = 0;
    for (Node node : plan.graph().nodes()) {
      if (node.op() instanceof Op.Read(var variable) && !variables.holds(variable)) {
        variableBytes += bytes(variable);
      }
    }
    long wanted = plan.arenaBytes() + variableBytes;
    Runtime runtime = Runtime.getRuntime();
    long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    if (wanted > free) {
      long option = (runtime.maxMemory() - free + wanted) * 5 / 4 / 1_000_000 + 100;
      throw new MemoryException(
          ("not enough memory: the plan needs %,d MB for intermediates and %,d MB for variables, but"
                  + " the heap has %,d MB left of %,d MB; use a smaller batch or the JVM option"
                  + " -Xmx%dm")
              .formatted(
                  plan.arenaBytes() / 1_000_000,
                  variableBytes / 1_000_000,
                  free / 1_000_000,
                  runtime.maxMemory() / 1_000_000,
                  option));
    }
  }

  private static long bytes(Variable variable) {
    return (long) Integer.BYTES * Transfer.length(variable.type());
  }
}
