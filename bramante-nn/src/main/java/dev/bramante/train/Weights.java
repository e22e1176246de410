package dev.bramante.train;

import dev.bramante.backend.Variables;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Where the numbers of a network's parameters live: one flat variable for each group, in which the
 * parameters lie one after the other. An optimizer's state has the same layout in variables of its
 * own.
 *
 * <p>Outside, numbers go by the parameters' names and in the shapes that checkpoints have.
 */
public final class Weights {
  private final List<ParameterGroup> groups;
  private final List<List<Slot>> slots;
  private final List<Variable> variables;

  private record Slot(String name, Parameter parameter, int offset) {
    int size() {
      return parameter.shape().size();
    }
  }

  private Weights(List<ParameterGroup> groups, List<List<Slot>> slots, String name) {
    this.groups = groups;
    this.slots = slots;
    this.variables = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      Slot last = slots.get(i).getLast();
      variables.add(
          new Variable(name + "." + groups.get(i).name(), Type.f32(last.offset() + last.size())));
    }
  }

  /**
   * Lays a network's parameters out, each in the first group that takes it.
   *
   * @throws IllegalArgumentException if no group takes a parameter
   */
  public static Weights of(Parameters parameters, List<ParameterGroup> groups) {
    Map<ParameterGroup, List<Slot>> filled = new LinkedHashMap<>();
    groups.forEach(group -> filled.put(group, new ArrayList<>()));
    parameters.byName().forEach((name, parameter) -> place(name, parameter, filled));
    filled.values().removeIf(List::isEmpty);
    return new Weights(List.copyOf(filled.keySet()), List.copyOf(filled.values()), "weights");
  }

  private static void place(
      String name, Parameter parameter, Map<ParameterGroup, List<Slot>> filled) {
    for (var entry : filled.entrySet()) {
      if (entry.getKey().members().test(name, parameter.storedShape())) {
        List<Slot> slots = entry.getValue();
        int offset = slots.isEmpty() ? 0 : slots.getLast().offset() + slots.getLast().size();
        slots.add(new Slot(name, parameter, offset));
        return;
      }
    }
    throw new IllegalArgumentException("no parameter group takes " + name);
  }

  /** Variables of their own in the same layout, for averages or an optimizer's state. */
  public Weights alike(String name) {
    return new Weights(groups, slots, name);
  }

  /** The groups that have parameters. */
  public List<ParameterGroup> groups() {
    return groups;
  }

  /** The flat variables, one for each group. */
  public List<Variable> variables() {
    return List.copyOf(variables);
  }

  /** The names of the parameters, group by group. */
  public List<String> names() {
    return slots.stream().flatMap(List::stream).map(Slot::name).toList();
  }

  /** Lets the network's parameters be parts of these variables; their values, as {@link #names}. */
  public List<Value> bind(Trace trace) {
    var bound = new ArrayList<Value>();
    for (int i = 0; i < slots.size(); i++) {
      Value flat = trace.read(variables.get(i));
      for (Slot slot : slots.get(i)) {
        Value part = flat.slice(0, slot.offset(), slot.offset() + slot.size());
        Value value = part.reshape(slot.parameter().shape().dims());
        trace.bind(slot.parameter().variable(), value);
        bound.add(value);
      }
    }
    return bound;
  }

  /** Values of the parameters, in the order of {@link #names}, as flat ones in the layout. */
  public List<Value> flatten(List<Value> values) {
    var flat = new ArrayList<Value>();
    int first = 0;
    for (List<Slot> group : slots) {
      var parts = values.subList(first, first + group.size());
      first += group.size();
      Value[] rows = parts.stream().map(value -> value.reshape(-1)).toArray(Value[]::new);
      Value[] rest = Arrays.copyOfRange(rows, 1, rows.length);
      flat.add(rest.length == 0 ? rows[0] : rows[0].concat(0, rest));
    }
    return flat;
  }

  /** What the parameters hold before training. */
  public Map<String, Tensor> initial(long seed) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (List<Slot> group : slots) {
      for (Slot slot : group) {
        Parameter parameter = slot.parameter();
        values.put(
            slot.name(),
            parameter.initializer().values(parameter.storedShape(), seed, slot.name()));
      }
    }
    return values;
  }

  /** A copy of what the variables hold, by name. */
  public Map<String, Tensor> read(Variables from) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (int i = 0; i < slots.size(); i++) {
      float[] flat = from.read(variables.get(i)).floats();
      for (Slot slot : slots.get(i)) {
        float[] part = Arrays.copyOfRange(flat, slot.offset(), slot.offset() + slot.size());
        Tensor own = Tensor.of(slot.parameter().shape(), part);
        values.put(slot.name(), slot.parameter().toStored(own));
      }
    }
    return values;
  }

  /**
   * Sets what the variables hold.
   *
   * @param values all parameters by name, and nothing else
   * @throws IllegalArgumentException if names or shapes don't fit; all names are listed
   */
  public void write(Variables to, Map<String, Tensor> values) {
    check(values);
    for (int i = 0; i < slots.size(); i++) {
      Variable variable = variables.get(i);
      float[] flat = new float[variable.type().shape().size()];
      for (Slot slot : slots.get(i)) {
        Tensor own = slot.parameter().fromStored(values.get(slot.name()));
        System.arraycopy(own.floats(), 0, flat, slot.offset(), slot.size());
      }
      to.write(variable, Tensor.of(variable.type().shape(), flat));
    }
  }

  private void check(Map<String, Tensor> values) {
    var missing = new TreeSet<>(names());
    missing.removeAll(values.keySet());
    var surplus = new TreeSet<>(values.keySet());
    surplus.removeAll(names());
    if (!missing.isEmpty() || !surplus.isEmpty()) {
      throw new IllegalArgumentException(
          "the weights don't fit the network: missing " + missing + ", surplus " + surplus);
    }
    for (List<Slot> group : slots) {
      for (Slot slot : group) {
        var wanted = slot.parameter().storedShape();
        var given = values.get(slot.name()).shape();
        if (!given.equals(wanted)) {
          throw new IllegalArgumentException(
              "%s is %s, the network's is %s".formatted(slot.name(), given, wanted));
        }
      }
    }
  }
}
