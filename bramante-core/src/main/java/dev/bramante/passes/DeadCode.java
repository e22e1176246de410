package dev.bramante.passes;

import dev.bramante.graph.Graph;

/** Drops what neither outputs nor assignments need. */
public final class DeadCode implements Pass {
  @Override
  public String name() {
    return "dead-code";
  }

  @Override
  public Graph apply(Graph graph) {
    return Graph.of(graph.inputs(), graph.outputs(), graph.assigns());
  }
}
