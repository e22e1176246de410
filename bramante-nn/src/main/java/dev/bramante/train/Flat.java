package dev.bramante.train;

import dev.bramante.backend.Variables;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.io.TensorSource;
import dev.bramante.io.TensorSpec;
import dev.bramante.nn.Elements;
import dev.bramante.nn.Parameter;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A flat variable in which parameters lie one after the other.
 *
 * @param slots where each of them lies
 * @param variable what holds them
 */
record Flat(List<Slot> slots, Variable variable) {
  /** A parameter and the offset of its first element. */
  record Slot(String name, Parameter parameter, int offset) {
    int size() {
      return parameter.shape().size();
    }
  }

  /** One after the other, in the order of the map. */
  static Flat of(String name, Map<String, Parameter> parameters) {
    var slots = new ArrayList<Slot>();
    int offset = 0;
    for (var entry : parameters.entrySet()) {
      slots.add(new Slot(entry.getKey(), entry.getValue(), offset));
      offset = Math.addExact(offset, entry.getValue().shape().size());
    }
    return new Flat(List.copyOf(slots), new Variable(name, Type.f32(offset)));
  }

  /** A variable of its own in the same layout. */
  Flat alike(String name) {
    return new Flat(slots, new Variable(name, variable.type()));
  }

  /** The names, in order. */
  List<String> names() {
    return slots.stream().map(Slot::name).toList();
  }

  /** Lets the parameters be parts of the variable; their values, in order. */
  List<Value> bind(Trace trace) {
    Value flat = trace.read(variable);
    var bound = new ArrayList<Value>();
    for (Slot slot : slots) {
      Value part = flat.slice(0, slot.offset(), slot.offset() + slot.size());
      Value value = part.reshape(slot.parameter().shape().dims());
      trace.bind(slot.parameter().variable(), value);
      bound.add(value);
    }
    return bound;
  }

  /** Values of the parameters, in order, as one of the variable's type. */
  static Value flatten(List<Value> values) {
    Value[] rows = values.stream().map(value -> value.reshape(-1)).toArray(Value[]::new);
    Value[] rest = Arrays.copyOfRange(rows, 1, rows.length);
    return rest.length == 0 ? rows[0] : rows[0].concat(0, rest);
  }

  /** What the variable holds, by name and as checkpoints have it, to be copied when asked for. */
  Stream<TensorSource> sources(Variables from) {
    return slots.stream()
        .map(slot -> {
          Parameter parameter = slot.parameter();
          var spec = new TensorSpec(parameter.storedType(), parameter.storedShape());
          return new TensorSource(
              slot.name(),
              spec,
              () -> parameter.toStored(from.read(variable, slot.offset(), type(slot))));
        });
  }

  private static Type type(Slot slot) {
    return Type.f32(slot.parameter().shape().dims());
  }

  /** Lets the variable hold what is asked for when it is needed. */
  void supply(Variables to, Function<Slot, Elements> values) {
    to.supply(
        variable,
        (array, at) -> {
          for (Slot slot : slots) {
            slot.parameter().place(values.apply(slot), array, at + slot.offset());
          }
        });
  }

  /** Sets what the variable holds, from values by name and as checkpoints have them. */
  void write(Variables to, Function<Slot, Tensor> values) {
    for (Slot slot : slots) {
      to.write(variable, slot.offset(), slot.parameter().fromStored(values.apply(slot)));
    }
  }
}
