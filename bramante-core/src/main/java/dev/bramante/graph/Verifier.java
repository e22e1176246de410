package dev.bramante.graph;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Checks what must hold of every graph; run after each pass in tests. */
public final class Verifier {
  private Verifier() {}

  /**
   * Checks order, types and interface of the graph and of the bodies of its fused kernels.
   *
   * @throws IllegalStateException if something doesn't hold, with the neighbourhood printed
   */
  public static void verify(Graph graph) {
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : graph.nodes()) {
      for (Node input : node.inputs()) {
        check(seen.contains(input), graph, node, "uses a value before it is computed");
      }
      check(seen.add(node), graph, node, "appears twice");
      Type inferred = ShapeRules.infer(node.op(), node.inputs());
      check(inferred.equals(node.type()), graph, node, "has type " + node.type());
      if (node.op() instanceof Op.Input) {
        check(graph.inputs().contains(node), graph, node, "is an input that nobody gives");
      }
      if (node.op() instanceof Op.Fused(var body)) {
        verify(body);
      }
    }
    for (Node input : graph.inputs()) {
      check(seen.contains(input) && input.op() instanceof Op.Input, graph, input, "is no input");
    }
    for (Node output : graph.outputs()) {
      check(seen.contains(output), graph, output, "is returned but not computed");
    }
    for (Graph.Assign assign : graph.assigns()) {
      check(seen.contains(assign.value()), graph, assign.value(), "is assigned but not computed");
      check(
          assign.value().type().equals(assign.variable().type()),
          graph,
          assign.value(),
          "is assigned to " + assign.variable());
    }
  }

  private static void check(boolean holds, Graph graph, Node node, String what) {
    if (!holds) {
      throw new IllegalStateException(
          "invalid graph: a node " + what + "\n" + Printer.neighbourhood(graph, node));
    }
  }
}
