package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one kernel of compact weights and the product, or the gathering of rows, that reads them,
 * so that they need not be there in single precision. It comes after fusion, whose kernels keep
 * what follows the product.
 */
public final class JoinUnpack implements Pass {
  @Override
  public String name() {
    return "join-unpack";
  }

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(
        graph,
        node -> {
          for (int i = 0; i < node.inputs().size(); i++) {
            if (isHeld(node.input(i)) && reads(node, i)) {
              return joined(node, i);
            }
          }
          return node;
        });
  }

  /** Whether the node unpacks what a variable holds, which alone is compact in memory. */
  private static boolean isHeld(Node node) {
    return node.op() instanceof Op.Unpack && node.input(0).op() instanceof Op.Read;
  }

  /** Whether operand {@code index} is a table, or the weights of a product, and nothing else. */
  private static boolean reads(Node node, int index) {
    if (!(node.op() instanceof Op.Fused(var body))) {
      return readsItself(node, node.inputs(), node.input(index));
    }
    Node input = body.inputs().get(index);
    return !body.outputs().contains(input)
        && body.nodes().stream()
            .filter(inner -> inner.inputs().contains(input))
            .allMatch(inner -> readsItself(inner, inner.inputs(), input));
  }

  private static boolean readsItself(Node reader, List<Node> operands, Node weights) {
    return switch (reader.op()) {
      case Op.Gather _ -> operands.get(0) == weights && operands.get(1) != weights;
      case Op.MatMul(var transposeA, var transposeB) ->
          !transposeA
              && transposeB
              && weights.type().shape().rank() == 2
              && operands.get(1) == weights
              && operands.get(0) != weights;
      default -> false;
    };
  }

  /** The node with the unpacking of operand {@code index} in its body. */
  private static Node joined(Node node, int index) {
    Node unpack = node.input(index);
    Graph body = node.op() instanceof Op.Fused(var inner) ? inner : alone(node);
    var operands = new ArrayList<>(node.inputs());
    operands.remove(index);
    operands.addAll(index, unpack.inputs());
    Map<Node, Node> copies = new IdentityHashMap<>();
    var inputs = new ArrayList<Node>();
    for (int i = 0; i < body.inputs().size(); i++) {
      if (i == index) {
        List<Node> compact = unpack.inputs().stream().map(held -> input(inputs, held)).toList();
        copies.put(body.inputs().get(i), Node.of(unpack.op(), compact, unpack.path()));
      } else {
        copies.put(body.inputs().get(i), input(inputs, body.inputs().get(i)));
      }
    }
    for (Node inner : body.nodes()) {
      if (!copies.containsKey(inner)) {
        List<Node> in = inner.inputs().stream().map(copies::get).toList();
        copies.put(inner, Node.of(inner.op(), in, inner.path()));
      }
    }
    List<Node> outputs = body.outputs().stream().map(copies::get).toList();
    return Node.of(
        new Op.Fused(Graph.of(inputs, outputs, List.of())), List.copyOf(operands), node.path());
  }

  private static Node input(List<Node> inputs, Node like) {
    Node input = Node.of(new Op.Input("x" + inputs.size(), like.type()), List.of(), "");
    inputs.add(input);
    return input;
  }

  private static Graph alone(Node node) {
    var inputs = new ArrayList<Node>();
    node.inputs().forEach(operand -> input(inputs, operand));
    return Graph.of(inputs, List.of(Node.of(node.op(), inputs, node.path())), List.of());
  }
}
