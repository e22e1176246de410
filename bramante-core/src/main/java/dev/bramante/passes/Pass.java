package dev.bramante.passes;

import dev.bramante.graph.Graph;

/**
 * A rewriting of graphs. The result has the same inputs, outputs and assignments, of the same types
 * and values; a pass that cannot prove that of a change leaves it.
 */
public interface Pass {
  /** The name, as {@code --dump passes} prints it. */
  String name();

  /** The rewritten graph, or the same when there is nothing to do. */
  Graph apply(Graph graph);
}
