package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A product taken apart with a view to a sum over some axes.
 *
 * @param own factors that differ along the axes
 * @param common factors that are the same along them: the operands of broadcasts, and numbers
 */
record Factors(List<Node> own, List<Node> common) {
  /** Longer products are left as they are. */
  private static final int MOST = 8;

  /** The factors of a node, which is its own single one if it is no product. */
  static Factors of(Node product, List<Integer> axes) {
    var all = new ArrayList<Node>();
    collect(product, all);
    var own = new ArrayList<Node>();
    var common = new ArrayList<Node>();
    for (Node factor : all) {
      if (factor.op() instanceof Op.Broadcast && isOne(factor.input(0).type().shape(), axes)) {
        common.add(factor.input(0));
      } else {
        own.add(factor);
      }
    }
    return new Factors(List.copyOf(own), List.copyOf(common));
  }

  private static void collect(Node node, List<Node> factors) {
    boolean product = node.op() instanceof Op.Binary(var kind) && kind == BinaryKind.MUL;
    if (product && factors.size() < MOST) {
      collect(node.input(0), factors);
      collect(node.input(1), factors);
    } else {
      factors.add(node);
    }
  }

  private static boolean isOne(Shape shape, List<Integer> axes) {
    return axes.stream().allMatch(axis -> shape.dim(axis) == 1);
  }

  /** The product of the own factors, of which there must be one. */
  Node ownProduct(Nodes nodes) {
    return own.stream().reduce((a, b) -> nodes.binary(BinaryKind.MUL, a, b)).orElseThrow();
  }

  /** The product of the common factors, of which there must be one, in the shape of the sum. */
  Node commonProduct(Nodes nodes, Shape shape) {
    return common.stream()
        .map(factor -> nodes.broadcast(factor, shape))
        .reduce((a, b) -> nodes.binary(BinaryKind.MUL, a, b))
        .orElseThrow();
  }
}
