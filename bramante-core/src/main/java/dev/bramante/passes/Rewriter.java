package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Rebuilds a graph from its operands up. */
final class Rewriter {
  private Rewriter() {}

  /**
   * The graph with the rule applied to each node.
   *
   * @param rule takes a node whose operands have been rewritten, and gives its replacement, of the
   *     same type, or the node itself
   */
  static Graph rewrite(Graph graph, UnaryOperator<Node> rule) {
    return rewrite(graph, (_, node) -> rule.apply(node));
  }

  /**
   * The graph with the rule applied to each node.
   *
   * @param rule takes a node of the graph and the same with operands rewritten, and gives the
   *     latter's replacement
   */
  static Graph rewrite(Graph graph, BinaryOperator<Node> rule) {
    Map<Node, Node> rewritten = new IdentityHashMap<>();
    boolean changed = false;
    for (Node node : graph.nodes()) {
      Node current = withInputs(node, node.inputs().stream().map(rewritten::get).toList());
      Node replacement = current.op() instanceof Op.Input ? current : rule.apply(node, current);
      changed |= replacement != node;
      rewritten.put(node, replacement);
    }
    return changed ? replace(graph, rewritten) : graph;
  }

  private static Graph replace(Graph graph, Map<Node, Node> rewritten) {
    return Graph.of(
        graph.inputs(),
        graph.outputs().stream().map(rewritten::get).toList(),
        graph.assigns().stream()
            .map(assign -> new Graph.Assign(assign.variable(), rewritten.get(assign.value())))
            .toList());
  }

  /** The node with other operands of the same types; itself if they are the same. */
  private static Node withInputs(Node node, List<Node> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i) != node.input(i)) {
        return Node.of(node.op(), inputs, node.path());
      }
    }
    return node;
  }
}
