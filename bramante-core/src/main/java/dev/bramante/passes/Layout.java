package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;

/**
 * Moves transposes to where they vanish or move the fewest elements: through reshapes, through
 * elementwise work and reductions towards each other, and out of the operands of products into
 * their weights. Everything is NHWC and row-major, so what there is comes from flattening in the
 * ecosystem's order, or from networks that were written for another one.
 *
 * <p>What is moved is counted before a change; none makes it more.
 */
public final class Layout implements Pass {
  @Override
  public String name() {
    return "layout";
  }

  @Override
  public Graph apply(Graph graph) {
    if (!hasTranspose(graph)) {
      return graph;
    }
    Graph current = LayoutReshapes.apply(graph);
    current = LayoutRegions.apply(LayoutSettling.apply(current));
    return LayoutSettling.apply(LayoutProducts.apply(current));
  }

  private static boolean hasTranspose(Graph graph) {
    return graph.nodes().stream().map(Node::op).anyMatch(Op.Transpose.class::isInstance);
  }
}
