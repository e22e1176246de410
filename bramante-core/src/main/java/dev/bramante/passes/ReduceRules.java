package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.UnaryKind;
import dev.bramante.tensor.Shape;
import java.util.List;

/**
 * Reductions over nothing and of repeated elements; signs and constant factors of sums; sums of
 * what pooling's gradients hand out, which are sums of what they were given.
 */
final class ReduceRules {
  private static final List<Integer> PLANE = List.of(1, 2);

  private ReduceRules() {}

  static Node apply(Node node) {
    if (!(node.op() instanceof Op.Reduce(var kind, var axes))) {
      return node;
    }
    Node x = node.input(0);
    List<Integer> needed = axes.stream().filter(axis -> x.type().shape().dim(axis) != 1).toList();
    if (needed.size() < axes.size()) {
      return Nodes.at(node).reduce(kind, x, needed);
    }
    return switch (x.op()) {
      case Op.Broadcast _ -> repeated(node, kind, axes, x);
      case Op.Unary(var unary) when unary == UnaryKind.NEG && kind == ReduceKind.SUM -> {
        Nodes nodes = Nodes.at(node);
        yield nodes.unary(UnaryKind.NEG, nodes.reduce(kind, x.input(0), axes));
      }
      case Op.Binary(var binary) when binary == BinaryKind.MUL && kind == ReduceKind.SUM ->
          scaled(node, axes, x);
      case Op.MaxPoolGrad _ when kind == ReduceKind.SUM && axes.containsAll(PLANE) ->
          Nodes.at(node).reduce(kind, x.input(2), axes);
      case Op.AvgPoolGrad(var window, _)
          when kind == ReduceKind.SUM
              && axes.containsAll(PLANE)
              && window.padH() == 0
              && window.padW() == 0 ->
          Nodes.at(node).reduce(kind, x.input(0), axes);
      default -> node;
    };
  }

  /** The sum of n equal elements is n times one; the largest of them is one. */
  private static Node repeated(Node node, ReduceKind kind, List<Integer> axes, Node x) {
    Shape from = x.input(0).type().shape();
    Shape to = x.type().shape();
    List<Integer> collapsed =
        axes.stream().filter(axis -> from.dim(axis) == 1 && to.dim(axis) > 0).toList();
    if (collapsed.isEmpty()) {
      return node;
    }
    Nodes nodes = Nodes.at(node);
    Shape narrow = to;
    int count = 1;
    for (int axis : collapsed) {
      narrow = narrow.with(axis, 1);
      count *= to.dim(axis);
    }
    List<Integer> rest = axes.stream().filter(axis -> !collapsed.contains(axis)).toList();
    Node reduced = nodes.reduce(kind, nodes.broadcast(x.input(0), narrow), rest);
    return kind == ReduceKind.MAX
        ? reduced
        : nodes.binary(BinaryKind.MUL, reduced, nodes.splat(count, reduced.type()));
  }

  /**
   * The sum of products with factors that the summed elements share is theirs times the factors.
   */
  private static Node scaled(Node node, List<Integer> axes, Node product) {
    if (!Nodes.isFloat(node)) {
      return node;
    }
    Factors factors = Factors.of(product, axes);
    if (factors.common().isEmpty() || factors.own().isEmpty()) {
      return node;
    }
    Nodes nodes = Nodes.at(node);
    Node sum = nodes.reduce(ReduceKind.SUM, factors.ownProduct(nodes), axes);
    return nodes.binary(BinaryKind.MUL, sum, factors.commonProduct(nodes, node.type().shape()));
  }
}
