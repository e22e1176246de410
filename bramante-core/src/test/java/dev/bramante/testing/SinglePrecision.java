package dev.bramante.testing;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates a random case with a rounding to the element type after every operation. */
final class SinglePrecision {
  private SinglePrecision() {}

  static List<Tensor> run(FuzzCase c) {
    Map<Node, Array> values = new IdentityHashMap<>();
    for (int i = 0; i < c.inputs().size(); i++) {
      values.put(c.graph().inputs().get(i), c.inputs().get(i));
    }
    for (Node node : c.graph().nodes()) {
      if (!values.containsKey(node)) {
        values.put(node, Array.of(alone(node, values, c).toTensor()));
      }
    }
    return c.graph().outputs().stream().map(values::get).map(Array::toTensor).toList();
  }

  private static Array alone(Node node, Map<Node, Array> values, FuzzCase c) {
    var inputs = new ArrayList<Node>();
    var arguments = new ArrayList<Array>();
    for (Node operand : node.inputs()) {
      inputs.add(Node.of(new Op.Input("", operand.type()), List.of(), ""));
      arguments.add(values.get(operand));
    }
    Node copy = Node.of(node.op(), inputs, "");
    Graph graph = Graph.of(inputs, List.of(copy), List.of());
    return Reference.run(graph, arguments, c.variables()).output(0);
  }
}
