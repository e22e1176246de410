package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.List;

/**
 * Turns where(x &gt; 0, max-pool-grad(x, y, dy), 0) into max-pool-grad(x, y, where(y &gt; 0, dy,
 * 0)): the gradient of a ReLU before a max-pooling asks about fewer elements, and what follows
 * reads the pooling's gradient itself. The element that gets a window's gradient is the one whose
 * value y is, so both ask the same.
 */
public final class MaskBeforePoolGradient implements Pass {
  @Override
  public String name() {
    return "mask-before-pool-gradient";
  }

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(
        graph,
        (original, node) ->
            isMasked(original) && isReadOnce(original.input(1), graph) ? turned(node) : node);
  }

  private static boolean isMasked(Node node) {
    return node.op() instanceof Op.Where
        && node.input(1).op() instanceof Op.MaxPoolGrad(var window)
        && Nodes.is(node.input(2), 0)
        && node.input(0).op() instanceof Op.Binary(var kind)
        && kind == BinaryKind.GT
        && Nodes.is(node.input(0).input(1), 0)
        && node.input(0).input(0) == node.input(1).input(0)
        && node.input(1).input(1).op() instanceof Op.MaxPool(var pooling)
        && pooling.equals(window)
        && node.input(1).input(1).input(0) == node.input(1).input(0);
  }

  private static boolean isReadOnce(Node node, Graph graph) {
    List<Node> users = graph.nodes().stream().filter(n -> n.inputs().contains(node)).toList();
    return users.size() == 1
        && !graph.outputs().contains(node)
        && graph.assigns().stream().noneMatch(assign -> assign.value() == node);
  }

  private static Node turned(Node where) {
    Node gradient = where.input(1);
    Node y = gradient.input(1);
    var nodes = Nodes.at(where);
    Node zeros = nodes.splat(0, y.type());
    Node mask = nodes.binary(BinaryKind.GT, y, zeros);
    Node masked = nodes.of(new Op.Where(), mask, gradient.input(2), zeros);
    return Nodes.at(gradient).of(gradient.op(), gradient.input(0), y, masked);
  }
}
