package dev.bramante.passes;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;

/** Operations that compute the same when all axes change places. */
final class LayoutTurn {
  private LayoutTurn() {}

  /** The operation that does the same to operands whose axes are in another order. */
  static Op op(Op op, Permutation order) {
    return switch (op) {
      case Op.Broadcast(var to) -> new Op.Broadcast(order.permute(to));
      case Op.Reduce(var kind, var axes) -> new Op.Reduce(kind, order.positions(axes));
      case Op.ArgMax(var axis) -> new Op.ArgMax(order.position(axis));
      case Op.Slice(var starts, var shape) ->
          new Op.Slice(order.permute(starts), order.permute(shape));
      case Op.Pad(var before, var after, var value) ->
          new Op.Pad(order.permute(before), order.permute(after), value);
      case Op.Concat(var axis) -> new Op.Concat(order.position(axis));
      default -> op;
    };
  }

  /** A value that is computed elsewhere, in another order. */
  static Node operand(Node x, Permutation order) {
    Nodes nodes = Nodes.at(x);
    return switch (x.op()) {
      case Op.Broadcast(var to) -> nodes.broadcast(order.of(nodes, x.input(0)), order.permute(to));
      case Op.Iota(var shape, var axis) ->
          nodes.of(new Op.Iota(order.permute(shape), order.position(axis)));
      default -> order.of(nodes, x);
    };
  }

  /**
   * The elements that a slice or a concatenation copies when the axes are in another order: none
   * where it is a run of the memory of its operand or result.
   */
  static long copied(Node node, Permutation order) {
    return switch (node.op()) {
      case Op.Slice(_, var shape) ->
          isRun(order.permute(node.input(0).type().shape()), order.permute(shape))
              ? 0
              : shape.size();
      case Op.Concat(var axis) -> {
        Shape shape = order.permute(node.type().shape());
        yield shape.size(0, order.position(axis)) == 1 ? 0 : shape.size();
      }
      default -> 0;
    };
  }

  /** Whether a box of the shape is one run of elements. */
  private static boolean isRun(Shape whole, Shape box) {
    boolean partial = false;
    for (int i = whole.rank() - 1; i >= 0; i--) {
      if (partial && box.dim(i) != 1) {
        return false;
      }
      partial |= box.dim(i) != whole.dim(i);
    }
    return true;
  }
}
