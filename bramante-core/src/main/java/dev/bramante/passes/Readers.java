package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who reads each value of a graph. */
final class Readers {
  private final Map<Node, List<Node>> readers = new IdentityHashMap<>();
  private final Set<Node> results = Collections.newSetFromMap(new IdentityHashMap<>());

  Readers(Graph graph) {
    for (Node node : graph.nodes()) {
      readers.put(node, new ArrayList<>());
      for (Node input : node.inputs()) {
        List<Node> known = readers.get(input);
        if (known.isEmpty() || known.getLast() != node) {
          known.add(node);
        }
      }
    }
    results.addAll(graph.outputs());
    graph.assigns().forEach(assign -> results.add(assign.value()));
  }

  /** The nodes that read the value. */
  List<Node> of(Node node) {
    return readers.get(node);
  }

  /** Whether the value leaves the graph, or a variable is set to it. */
  boolean isResult(Node node) {
    return results.contains(node);
  }

  /** Whether one node alone reads the value. */
  boolean isReadOnce(Node node) {
    return !isResult(node) && of(node).size() == 1;
  }
}
