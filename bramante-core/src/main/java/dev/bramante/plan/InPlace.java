package dev.bramante.plan;

import dev.bramante.graph.AddedRows;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;

/** Which kernels may write a result over an operand, because they read each element before. */
final class InPlace {
  private InPlace() {}

  /**
   * Whether the node reads operand {@code index} only at the element that it writes, or, as
   * gradients of pooling do with the images, in the window that it then writes.
   */
  static boolean allows(Node node, int index) {
    if (node.op() instanceof Op.MaxPoolGrad(var window)) {
      Shape images = node.type().shape();
      return index == 0 && window.tiles(images.dim(1), images.dim(2));
    }
    if (node.op() instanceof Op.ReplaceRows) {
      return index == 0;
    }
    if (node.op() instanceof Op.Fused(var body) && AddedRows.isOne(body)) {
      return index == 0;
    }
    if (node.op() instanceof Op.Fused(var body) && !isElementwise(body)) {
      return RowsInPlace.allows(body, index);
    }
    boolean elementwise =
        switch (node.op()) {
          case Op.Unary _, Op.Binary _, Op.Where _, Op.Cast _, Op.Fused _ -> true;
          default -> false;
        };
    return elementwise && node.input(index).type().shape().size() == size(node);
  }

  private static int size(Node node) {
    return node.type().shape().size();
  }

  private static boolean isElementwise(Graph body) {
    return body.nodes().stream().allMatch(node -> isElementwise(node.op()));
  }

  /** Whether the operation works on each element alone, or is an operand. */
  static boolean isElementwise(Op op) {
    return switch (op) {
      case Op.Input _, Op.Constant _, Op.Iota _, Op.Random _, Op.Reshape _ -> true;
      case Op.Unary _, Op.Binary _, Op.Where _, Op.Cast _, Op.Broadcast _ -> true;
      default -> false;
    };
  }
}
