package dev.bramante.cpu;

import dev.bramante.backend.VariableSource;
import dev.bramante.backend.Variables;
import dev.bramante.cpu.gemm.Slab;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Tensor;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Stream;

/**
 * Variables as arrays on the heap, which kernels read and write in place. One that has a source has
 * no array until something needs it to stay.
 */
final class CpuVariables implements Variables {
  /** What nobody can name any more, such as the caches of a decoder that is gone, is forgotten. */
  private final Map<Variable, Slab> slabs = Collections.synchronizedMap(new WeakHashMap<>());

  private final Map<Variable, VariableSource> sources =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Set<Variable> promised = Collections.newSetFromMap(new WeakHashMap<>());
  private final Set<Variable> promisedUnlessSupplied =
      Collections.newSetFromMap(new WeakHashMap<>());
  private volatile long version = 1;

  @Override
  public void write(Variable variable, Tensor value) {
    if (value.dtype() != variable.type().dtype()
        || !value.shape().equals(variable.type().shape())) {
      throw new IllegalArgumentException("cannot write " + value + " to " + variable);
    }
    Slab slab = slab(variable);
    synchronized (slab) {
      sources.remove(variable);
      Transfer.writeAll(value, operand(variable));
    }
    changed();
  }

  @Override
  public void write(Variable variable, int first, Tensor values) {
    checkPart(variable, first, new Type(values.dtype(), values.shape()));
    Transfer.write(values, new Operand(operand(variable).slab(), first));
    changed();
  }

  @Override
  public void supply(Variable variable, VariableSource source) {
    if (variable.type().dtype() != DType.F32) {
      throw new IllegalArgumentException("a source gives single precision, not " + variable);
    }
    Slab slab = slab(variable);
    synchronized (slab) {
      if (slab.isThere()) {
        System.arraycopy(values(slab, source), 0, slab.floats(), 0, slab.size());
      } else {
        sources.put(variable, source);
      }
    }
    changed();
  }

  @Override
  public Tensor read(Variable variable) {
    Tensor value = Tensor.zeros(variable.type().dtype(), variable.type().shape());
    Optional<VariableSource> source = source(variable);
    if (source.isPresent()) {
      source.get().read(value.floats(), 0);
    } else {
      Transfer.readAll(operand(variable), value);
    }
    return value;
  }

  @Override
  public Tensor read(Variable variable, int first, Type part) {
    checkPart(variable, first, part);
    Tensor values = Tensor.zeros(part.dtype(), part.shape());
    Transfer.read(new Operand(operand(variable).slab(), first), values);
    return values;
  }

  private static void checkPart(Variable variable, int first, Type part) {
    int size = variable.type().shape().size();
    boolean fits = first >= 0 && first <= size - part.shape().size();
    if (!fits || part.dtype() != variable.type().dtype()) {
      throw new IllegalArgumentException(
          "%s has no %s from element %d on".formatted(variable, part, first));
    }
  }

  /** Where a variable lies, or will. */
  Slab slab(Variable variable) {
    return slabs.computeIfAbsent(variable, v -> Transfer.slab(v.type()));
  }

  /** A variable that stays, made of its source or with zeros if it was not there. */
  Operand operand(Variable variable) {
    Slab slab = slab(variable);
    settle(variable, slab);
    return new Operand(slab, 0);
  }

  /** Makes a variable stay in its {@link #slab}, as {@link #operand} does. */
  void settle(Variable variable, Slab slab) {
    synchronized (slab) {
      if (!slab.isThere()) {
        VariableSource source = sources.get(variable);
        if (source == null) {
          Transfer.allocate(variable.type(), slab);
        } else {
          slab.put(values(slab, source), 0);
          sources.remove(variable);
        }
      }
    }
  }

  /** In an array of their own, so that a source that fails changes nothing. */
  private static float[] values(Slab slab, VariableSource source) {
    var values = new float[slab.size()];
    source.read(values, 0);
    return values;
  }

  /** Where the values of a variable come from that has no array. */
  Optional<VariableSource> source(Variable variable) {
    return Optional.ofNullable(sources.get(variable));
  }

  /** Whether a variable has been made. */
  private boolean holds(Variable variable) {
    Slab slab = slabs.get(variable);
    return slab != null && slab.isThere();
  }

  /** Says that variables will be made, with zeros if nobody writes to them before. */
  synchronized void promise(Collection<Variable> variables) {
    promised.addAll(variables);
  }

  /** Says that variables will be made if they have no source by then. */
  synchronized void promiseUnlessSupplied(Collection<Variable> variables) {
    promisedUnlessSupplied.addAll(variables);
  }

  /** The bytes of variables that are to be made: those given, and those promised. */
  synchronized long missing(Collection<Variable> wanted) {
    var unsupplied = promisedUnlessSupplied.stream().filter(variable -> source(variable).isEmpty());
    return Stream.of(promised.stream(), unsupplied, wanted.stream())
        .flatMap(variables -> variables)
        .distinct()
        .filter(variable -> !holds(variable))
        .mapToLong(CpuVariables::bytes)
        .sum();
  }

  /** The bytes that a variable takes. */
  static long bytes(Variable variable) {
    return (long) Integer.BYTES * Transfer.length(variable.type());
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
