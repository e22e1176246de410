package dev.bramante.cpu;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * Lone elementwise operations and reductions as bodies of fused kernels, so that one path does all.
 */
final class Bodies {
  private Bodies() {}

  /** The body that computes the node from its operands. */
  static Graph of(Node node) {
    var inputs = new ArrayList<Node>();
    for (Node operand : node.inputs()) {
      inputs.add(Node.of(new Op.Input("x" + inputs.size(), operand.type()), List.of(), ""));
    }
    Node copy = Node.of(node.op(), inputs, node.path());
    return Graph.of(inputs, List.of(copy), List.of());
  }
}
