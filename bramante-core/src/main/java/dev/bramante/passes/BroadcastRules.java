package dev.bramante.passes;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.OptionalDouble;

/** Repeats later: what is computed of repeated elements is computed once, then repeated. */
final class BroadcastRules {
  private BroadcastRules() {}

  static Node apply(Node node) {
    return switch (node.op()) {
      case Op.Broadcast(var to) -> broadcast(node, node.input(0), to);
      case Op.Unary _, Op.Binary _, Op.Where _, Op.Cast _ -> hoist(node);
      default -> node;
    };
  }

  private static Node broadcast(Node node, Node x, Shape to) {
    if (x.type().shape().equals(to)) {
      return x;
    }
    return x.op() instanceof Op.Broadcast ? Nodes.at(node).broadcast(x.input(0), to) : node;
  }

  /**
   * f(broadcast x, broadcast y, constant) = broadcast f(x, y, constant), for x and y of one shape.
   */
  private static Node hoist(Node node) {
    Shape narrow = narrow(node);
    if (narrow.size() >= Nodes.size(node)) {
      return node;
    }
    Nodes nodes = Nodes.at(node);
    var operands = new ArrayList<Node>();
    for (Node operand : node.inputs()) {
      OptionalDouble splat = Nodes.splat(operand);
      if (splat.isPresent()) {
        operands.add(nodes.splat(splat.getAsDouble(), operand.type().with(narrow)));
      } else if (operand.op() instanceof Op.Broadcast
          && operand.input(0).type().shape().equals(narrow)) {
        operands.add(operand.input(0));
      } else {
        return node;
      }
    }
    return nodes.broadcast(Node.of(node.op(), operands, node.path()), node.type().shape());
  }

  /** The shape of the first operand before it was repeated, numbers aside. */
  private static Shape narrow(Node node) {
    for (Node operand : node.inputs()) {
      if (Nodes.splat(operand).isEmpty()) {
        Node source = operand.op() instanceof Op.Broadcast ? operand.input(0) : operand;
        return source.type().shape();
      }
    }
    int[] ones = new int[node.type().shape().rank()];
    Arrays.fill(ones, 1);
    return Shape.of(ones);
  }
}
