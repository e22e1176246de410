package dev.bramante.cpu;

import dev.bramante.backend.Variables;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Variables as arrays on the heap, which kernels read and write in place. */
final class CpuVariables implements Variables {
  private final Map<Variable, Object> arrays = new ConcurrentHashMap<>();
  private volatile long version = 1;

  @Override
  public void write(Variable variable, Tensor value) {
    if (value.dtype() != variable.type().dtype()
        || !value.shape().equals(variable.type().shape())) {
      throw new IllegalArgumentException("cannot write " + value + " to " + variable);
    }
    Operand to = operand(variable);
    if (Transfer.isCompact(variable.type().dtype())) {
      Transfer.pack(value, to.ints());
    } else {
      Transfer.write(value, to);
    }
    changed();
  }

  @Override
  public Tensor read(Variable variable) {
    Tensor value = Tensor.zeros(variable.type().dtype(), variable.type().shape());
    if (Transfer.isCompact(variable.type().dtype())) {
      Transfer.unpack(operand(variable).ints(), value);
    } else {
      Transfer.read(operand(variable), value);
    }
    return value;
  }

  Operand operand(Variable variable) {
    Object array = arrays.computeIfAbsent(variable, v -> Transfer.allocate(v.type()));
    return new Operand(array, 0);
  }

  boolean holds(Variable variable) {
    return arrays.containsKey(variable);
  }

  /** Grows whenever a variable changes, so that executables notice. */
  long version() {
    return version;
  }

  /** Says that a variable has changed; gives the new version. */
  synchronized long changed() {
    return ++version;
  }
}
