package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Moves transposes through elementwise work, reductions, slices, paddings and concatenations, where
 * fewer elements are then moved: regions of such operations are computed in another order of axes.
 */
final class LayoutRegions {
  private LayoutRegions() {}

  /** The graph with regions turned, until no turn moves fewer elements. */
  static Graph apply(Graph graph) {
    Graph current = graph;
    Optional<Graph> turned = turned(current);
    while (turned.isPresent()) {
      current = turned.get();
      turned = turned(current);
    }
    return current;
  }

  private static Optional<Graph> turned(Graph graph) {
    List<Node> transposes =
        graph.nodes().stream().filter(node -> node.op() instanceof Op.Transpose).toList();
    if (transposes.isEmpty()) {
      return Optional.empty();
    }
    var readers = new Readers(graph);
    for (LayoutRegion region : regions(transposes, readers)) {
      Optional<Permutation> order = region.bestOrder();
      if (order.isPresent()) {
        Graph changed = Rewriter.rewrite(graph, region.turning(order.get()));
        return Optional.of(LayoutSettling.apply(changed));
      }
    }
    return Optional.empty();
  }

  /** The regions that a transpose enters or leaves. */
  private static List<LayoutRegion> regions(List<Node> transposes, Readers readers) {
    Set<Node> seen = new HashSet<>();
    var regions = new ArrayList<LayoutRegion>();
    for (Node transpose : transposes) {
      var seeds = new ArrayList<>(readers.of(transpose));
      seeds.add(transpose.input(0));
      for (Node seed : seeds) {
        if (LayoutRegion.isMember(seed) && !seen.contains(seed)) {
          LayoutRegion region = LayoutRegion.around(seed, readers);
          seen.addAll(region.members());
          regions.add(region);
        }
      }
    }
    return regions;
  }
}
