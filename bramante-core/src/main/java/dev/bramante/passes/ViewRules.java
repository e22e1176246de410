package dev.bramante.passes;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.List;

/** Reshapes and transposes: of one another, of nothing, and into the flags of matrix products. */
final class ViewRules {
  private ViewRules() {}

  static Node apply(Node node) {
    return switch (node.op()) {
      case Op.Reshape(var to) -> reshape(node, node.input(0), to);
      case Op.Transpose(var permutation) -> transpose(node, node.input(0), permutation);
      case Op.MatMul mul -> matMul(node, mul);
      default -> node;
    };
  }

  private static Node reshape(Node node, Node x, Shape to) {
    if (x.type().shape().equals(to)) {
      return x;
    }
    Nodes nodes = Nodes.at(node);
    if (x.op() instanceof Op.Reshape) {
      return nodes.reshape(x.input(0), to);
    }
    boolean splat = x.op() instanceof Op.Broadcast && Nodes.splat(x).isPresent();
    return splat ? nodes.splat(Nodes.splat(x).getAsDouble(), x.type().with(to)) : node;
  }

  private static Node transpose(Node node, Node x, List<Integer> permutation) {
    Nodes nodes = Nodes.at(node);
    if (new Permutation(permutation).keepsOrder(x.type().shape())) {
      return nodes.reshape(x, node.type().shape());
    }
    if (x.op() instanceof Op.Transpose(var inner)) {
      List<Integer> both = permutation.stream().map(inner::get).toList();
      return nodes.of(new Op.Transpose(both), x.input(0));
    }
    return node;
  }

  private static Node matMul(Node node, Op.MatMul mul) {
    Node a = node.input(0);
    Node b = node.input(1);
    boolean flipA = exchangesLastTwo(a);
    boolean flipB = exchangesLastTwo(b);
    if (!flipA && !flipB) {
      return node;
    }
    var op = new Op.MatMul(mul.transposeA() ^ flipA, mul.transposeB() ^ flipB);
    return Nodes.at(node).of(op, flipA ? a.input(0) : a, flipB ? b.input(0) : b);
  }

  private static boolean exchangesLastTwo(Node node) {
    return node.op() instanceof Op.Transpose && Permutation.of(node).exchangesLastTwo();
  }
}
