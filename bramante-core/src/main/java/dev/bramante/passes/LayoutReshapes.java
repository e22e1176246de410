package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Turns reshape(transpose(x)) into transpose(reshape(x)) where the reshape joins and splits only
 * axes that were neighbours before, so that transposes meet one another and products.
 */
final class LayoutReshapes {
  private LayoutReshapes() {}

  static Graph apply(Graph graph) {
    var readers = new Readers(graph);
    return Rewriter.rewrite(
        graph,
        (original, node) ->
            node.op() instanceof Op.Reshape(var to)
                    && node.input(0).op() instanceof Op.Transpose
                    && readers.isReadOnce(original.input(0))
                ? before(node, node.input(0), to).orElse(node)
                : node);
  }

  /** Neighbouring axes of the transposed value, and the axes that the reshape makes of them. */
  private record Group(int from, int to, List<Integer> sizes) {}

  private static Optional<Node> before(Node reshape, Node transpose, Shape to) {
    if (to.size() == 0) {
      return Optional.empty();
    }
    List<Integer> axes = Permutation.of(transpose).axes();
    List<Group> groups = groups(transpose.type().shape(), to);
    for (Group group : groups) {
      for (int i = group.from + 1; i < group.to; i++) {
        if (axes.get(i) != axes.get(i - 1) + 1) {
          return Optional.empty();
        }
      }
    }
    List<Group> ordered =
        groups.stream().sorted(Comparator.comparing(group -> axes.get(group.from))).toList();
    var sizes = new ArrayList<Integer>();
    var starts = new ArrayList<Integer>();
    for (Group group : ordered) {
      starts.add(sizes.size());
      sizes.addAll(group.sizes);
    }
    var order = new ArrayList<Integer>();
    for (Group group : groups) {
      int start = starts.get(ordered.indexOf(group));
      for (int i = 0; i < group.sizes.size(); i++) {
        order.add(start + i);
      }
    }
    Nodes nodes = Nodes.at(reshape);
    Shape shape = Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
    return Optional.of(new Permutation(order).of(nodes, nodes.reshape(transpose.input(0), shape)));
  }

  /** The least groups of axes that have as many elements before and after a reshape. */
  private static List<Group> groups(Shape from, Shape to) {
    var groups = new ArrayList<Group>();
    int i = 0;
    int j = 0;
    while (i < from.rank() && j < to.rank()) {
      int start = i;
      var sizes = new ArrayList<>(List.of(to.dim(j)));
      int before = from.dim(i++);
      int after = to.dim(j++);
      while (before != after) {
        if (before < after) {
          before *= from.dim(i++);
        } else {
          sizes.add(to.dim(j));
          after *= to.dim(j++);
        }
      }
      groups.add(new Group(start, i, sizes));
    }
    Group last = groups.isEmpty() ? new Group(0, 0, List.of()) : groups.removeLast();
    var sizes = new ArrayList<>(last.sizes); // axes of size 1 at the end of one side
    for (; j < to.rank(); j++) {
      sizes.add(1);
    }
    groups.add(new Group(last.from, from.rank(), sizes));
    return groups;
  }
}
