package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The body of a kernel of attention: slices of columns, what attends, concatenated columns. */
final class AttentionBody {
  private final List<Node> inputs = new ArrayList<>();
  private final List<Node> operands = new ArrayList<>();
  private final Map<Node, Node> copies = new IdentityHashMap<>();

  private AttentionBody() {}

  /**
   * Whether one kernel is better than the nodes.
   *
   * @param nodes attentions, or gradients alone and concatenated, all of the same operands
   */
  static boolean pays(List<Node> nodes) {
    Node first = nodes.getFirst();
    return nodes.size() > 1
        || first.op() instanceof Op.Concat
        || first.inputs().stream().anyMatch(AttentionBody::isColumns);
  }

  /**
   * The kernel.
   *
   * @param nodes as for {@link #pays}
   * @param like one of the nodes with the operands that the kernel has to have
   */
  static Node kernel(List<Node> nodes, Node like) {
    Node attention = like.op() instanceof Op.Concat ? like.input(0) : like;
    var body = new AttentionBody();
    List<Node> operands = attention.inputs().stream().map(body::operand).toList();
    List<Node> outputs = nodes.stream().map(node -> body.result(node, operands)).toList();
    var fused = new Op.Fused(Graph.of(body.inputs, outputs, List.of()));
    return Node.of(fused, body.operands, nodes.getFirst().path());
  }

  /** Whether the value is some columns of another one, of all its rows. */
  private static boolean isColumns(Node node) {
    if (!(node.op() instanceof Op.Slice(var starts, var shape)) || shape.rank() != 3) {
      return false;
    }
    Shape from = node.input(0).type().shape();
    return starts.getFirst() == 0
        && starts.get(1) == 0
        && shape.size(0, 2) > 0
        && shape.dim(0) == from.dim(0)
        && shape.dim(1) == from.dim(1);
  }

  private Node operand(Node node) {
    return isColumns(node)
        ? Node.of(node.op(), List.of(input(node.input(0))), node.path())
        : input(node);
  }

  private Node input(Node operand) {
    return copies.computeIfAbsent(
        operand,
        outer -> {
          operands.add(outer);
          Node input = Node.of(new Op.Input("x" + inputs.size(), outer.type()), List.of(), "");
          inputs.add(input);
          return input;
        });
  }

  private Node result(Node node, List<Node> in) {
    if (!(node.op() instanceof Op.Concat)) {
      return Node.of(node.op(), in, node.path());
    }
    List<Node> pieces =
        node.inputs().stream().map(piece -> Node.of(piece.op(), in, piece.path())).toList();
    return Node.of(node.op(), pieces, node.path());
  }
}
