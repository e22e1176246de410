package dev.bramante.parity;

import dev.bramante.backend.Variables;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/** The evaluator that defines the operations, with variables that keep double precision. */
public final class ReferenceMachine implements Machine {
  private final Map<Variable, Array> held = new IdentityHashMap<>();

  @Override
  public Variables variables() {
    return new Variables() {
      @Override
      public void write(Variable variable, Tensor value) {
        held.put(variable, Array.of(value));
      }

      @Override
      public void write(Variable variable, int first, Tensor values) {
        for (int i = 0; i < values.shape().size(); i++) {
          array(variable).values()[first + i] = values.at(i);
        }
      }

      @Override
      public Tensor read(Variable variable) {
        return array(variable).toTensor();
      }

      @Override
      public Tensor read(Variable variable, int first, Type part) {
        int end = first + part.shape().size();
        double[] values = Arrays.copyOfRange(array(variable).values(), first, end);
        return new Array(part, values).toTensor();
      }
    };
  }

  /** What a variable holds, unrounded. */
  public Array array(Variable variable) {
    return held.computeIfAbsent(
        variable, v -> new Array(v.type(), new double[v.type().shape().size()]));
  }

  @Override
  public Program compile(Graph graph) {
    return inputs -> {
      graph.nodes().forEach(node -> read(node.op()));
      var given = Arrays.stream(inputs).map(Array::of).toList();
      var result = Reference.run(graph, given, held);
      held.putAll(result.assigned());
      return result.outputs().stream().map(Array::toTensor).toList();
    };
  }

  private void read(Op op) {
    if (op instanceof Op.Read(var variable)) {
      array(variable);
    }
  }
}
