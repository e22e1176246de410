package dev.bramante.cpu;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.UnaryKind;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fused body around a matrix product or convolution, taken apart: the anchor, what the
 * micro-kernel does with its registers (bias over the last axis, relu), and what remains for an
 * elementwise kernel on each finished tile. After an input gradient everything remains, since its
 * tiles may be sums of several calls.
 *
 * @param anchor the product or convolution; its operands are inputs of the body
 * @param bias the operand that is added along the last axis
 * @param relu whether negative values then become zero
 * @param rest the remaining elementwise body; its first input is the anchor's result so far
 * @param restOperands the operands of the further inputs of {@code rest}
 */
record Epilogue(
    Node anchor,
    Optional<Integer> bias,
    boolean relu,
    Optional<Graph> rest,
    List<Integer> restOperands) {

  /** Whether the body is one around an anchor. */
  static boolean isAnchored(Graph body) {
    return body.nodes().stream().anyMatch(node -> isAnchor(node.op()));
  }

  /** Whether the operation is a product or convolution that an epilogue may follow. */
  static boolean isAnchor(Op op) {
    return op instanceof Op.MatMul || op instanceof Op.Conv2d || op instanceof Op.Conv2dInputGrad;
  }

  /** A product or convolution without epilogue. */
  static Epilogue none(Node anchor) {
    return new Epilogue(anchor, Optional.empty(), false, Optional.empty(), List.of());
  }

  /** Takes a body apart. */
  static Epilogue of(Graph body) {
    Node anchor =
        body.nodes().stream().filter(node -> isAnchor(node.op())).findFirst().orElseThrow();
    Node last = body.outputs().getFirst();
    Node at = anchor;
    Optional<Integer> bias = Optional.empty();
    boolean relu = false;
    boolean ends = !(anchor.op() instanceof Op.Conv2dInputGrad);
    Optional<Node> next = ends ? onlyUser(body, at) : Optional.empty();
    if (next.isPresent()) {
      bias = bias(body, next.get(), at);
      if (bias.isPresent()) {
        at = next.get();
        next = onlyUser(body, at);
      }
    }
    if (next.isPresent()
        && next.get().op() instanceof Op.Unary(var kind)
        && kind == UnaryKind.RELU) {
      at = next.get();
      relu = true;
    }
    if (at == last) {
      return new Epilogue(anchor, bias, relu, Optional.empty(), List.of());
    }
    return withRest(body, anchor, at, bias, relu);
  }

  private static Epilogue withRest(
      Graph body, Node anchor, Node done, Optional<Integer> bias, boolean relu) {
    Node result = Node.of(new Op.Input("result", done.type()), List.of(), "");
    Map<Node, Node> copies = new IdentityHashMap<>();
    copies.put(done, result);
    var inputs = new ArrayList<Node>(List.of(result));
    var operands = new ArrayList<Integer>();
    Node output = copy(body.outputs().getFirst(), body, copies, inputs, operands);
    Graph rest = Graph.of(inputs, List.of(output), List.of());
    return new Epilogue(anchor, bias, relu, Optional.of(rest), List.copyOf(operands));
  }

  private static Node copy(
      Node node, Graph body, Map<Node, Node> copies, List<Node> inputs, List<Integer> operands) {
    Node known = copies.get(node);
    if (known != null) {
      return known;
    }
    Node copy;
    if (node.op() instanceof Op.Input) {
      copy = Node.of(node.op(), List.of(), "");
      inputs.add(copy);
      operands.add(body.inputs().indexOf(node));
    } else {
      var operandsOfNode = new ArrayList<Node>();
      for (Node input : node.inputs()) {
        operandsOfNode.add(copy(input, body, copies, inputs, operands));
      }
      copy = Node.of(node.op(), operandsOfNode, node.path());
    }
    copies.put(node, copy);
    return copy;
  }

  private static Optional<Node> onlyUser(Graph body, Node node) {
    if (body.outputs().contains(node)) {
      return Optional.empty();
    }
    var users = body.nodes().stream().filter(n -> n.inputs().contains(node)).toList();
    return users.size() == 1 ? Optional.of(users.getFirst()) : Optional.empty();
  }

  /** The operand that {@code add} adds to each row of {@code value}, if that is what it does. */
  private static Optional<Integer> bias(Graph body, Node add, Node value) {
    boolean adds = add.op() instanceof Op.Binary(var kind) && kind == BinaryKind.ADD;
    if (!adds || add.input(0) == add.input(1)) {
      return Optional.empty();
    }
    Node other = add.input(0) == value ? add.input(1) : add.input(0);
    int columns = value.type().shape().dim(-1);
    boolean broadcast = false;
    while (other.op() instanceof Op.Broadcast || other.op() instanceof Op.Reshape) {
      broadcast |= other.op() instanceof Op.Broadcast && isRow(other.input(0), columns);
      other = other.input(0);
    }
    boolean fits = other.op() instanceof Op.Input && broadcast && isRow(other, columns);
    return fits ? Optional.of(body.inputs().indexOf(other)) : Optional.empty();
  }

  private static boolean isRow(Node node, int columns) {
    Shape shape = node.type().shape();
    return shape.rank() >= 1 && shape.size() == columns && shape.dim(-1) == columns;
  }
}
