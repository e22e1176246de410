package dev.bramante.passes.fusion;

import dev.bramante.graph.Graph;
import dev.bramante.passes.Pass;

/**
 * Makes kernels: chains of elementwise operations with the broadcasts and reductions among them,
 * and epilogues of matrix products and convolutions, become {@link dev.bramante.graph.Op.Fused}
 * nodes. Afterwards no elementwise operation, broadcast or reduction stands outside of one.
 */
public final class Fusion implements Pass {
  @Override
  public String name() {
    return "fusion";
  }

  @Override
  public Graph apply(Graph graph) {
    var units = new Units(graph);
    return Assembly.of(graph, units, Recomputation.of(units, Grouping.of(units)));
  }
}
