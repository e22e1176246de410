package dev.bramante.passes;

import dev.bramante.graph.Graph;

/** Lets transposes and reshapes that have met become one or none. */
final class LayoutSettling {
  private LayoutSettling() {}

  static Graph apply(Graph graph) {
    Graph before;
    Graph after = graph;
    do {
      before = after;
      after = new CommonSubexpressions().apply(Rewriter.rewrite(before, ViewRules::apply));
    } while (after != before);
    return after;
  }
}
