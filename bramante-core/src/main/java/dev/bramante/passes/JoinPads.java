package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.Optional;

/**
 * Turns a sum of pieces that are padded with zeros to one shape, each at a place of its own along
 * one axis, into their concatenation. The gradient of a value that is read in slices is such a sum.
 */
public final class JoinPads implements Pass {
  @Override
  public String name() {
    return "join-pads";
  }

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, JoinPads::join);
  }

  private static Node join(Node node) {
    if (!isSum(node)) {
      return node;
    }
    Node a = node.input(0);
    Node b = node.input(1);
    Optional<Node> joined = joined(node, a, b);
    if (joined.isPresent()) {
      return joined.get();
    }
    Node further = isSum(a) ? into(node, a, b) : node;
    return further == node && isSum(b) ? into(node, b, a) : further;
  }

  /** (x + pieces) + pieces = x + joined pieces. */
  private static Node into(Node node, Node sum, Node pieces) {
    for (int i = 0; i < 2; i++) {
      Optional<Node> joined = joined(node, sum.input(i), pieces);
      if (joined.isPresent()) {
        return Nodes.at(node).binary(BinaryKind.ADD, sum.input(1 - i), joined.get());
      }
    }
    return node;
  }

  private static Optional<Node> joined(Node node, Node a, Node b) {
    if (!(a.op() instanceof Op.Pad || b.op() instanceof Op.Pad)) {
      return Optional.empty();
    }
    return Tiling.of(a)
        .flatMap(left -> Tiling.of(b).flatMap(right -> left.plus(right, node)))
        .map(tiling -> tiling.toNode(node));
  }

  private static boolean isSum(Node node) {
    return node.op() instanceof Op.Binary(var kind) && kind == BinaryKind.ADD;
  }
}
