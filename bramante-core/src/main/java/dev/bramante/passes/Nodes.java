package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** Makes the nodes that rules put in place of others, and recognises constants. */
final class Nodes {
  private final String path;

  private Nodes(String path) {
    this.path = path;
  }

  /** A maker of nodes for the layer that the node belongs to. */
  static Nodes at(Node node) {
    return new Nodes(node.path());
  }

  Node of(Op op, Node... operands) {
    return Node.of(op, List.of(operands), path);
  }

  Node unary(UnaryKind kind, Node x) {
    return of(new Op.Unary(kind), x);
  }

  Node binary(BinaryKind kind, Node a, Node b) {
    return of(new Op.Binary(kind), a, b);
  }

  /** The operand under the shape; itself if it has that shape. */
  Node reshape(Node x, Shape shape) {
    return x.type().shape().equals(shape) ? x : of(new Op.Reshape(shape), x);
  }

  /** The operand repeated to the shape of the same rank; itself if it has that shape. */
  Node broadcast(Node x, Shape shape) {
    return x.type().shape().equals(shape) ? x : of(new Op.Broadcast(shape), x);
  }

  /** The reduction; the operand itself if there are no axes. */
  Node reduce(ReduceKind kind, Node x, List<Integer> axes) {
    return axes.isEmpty() ? x : of(new Op.Reduce(kind, axes), x);
  }

  /** A number repeated to the type. */
  Node splat(double value, Type type) {
    int[] ones = new int[type.shape().rank()];
    Arrays.fill(ones, 1);
    Tensor tensor = Tensors.filled(type.dtype(), Shape.of(ones), value);
    return broadcast(of(new Op.Constant(tensor)), type.shape());
  }

  /**
   * The number that every element of the node is, where it is a constant that repeats one of a type
   * whose numbers a double holds.
   */
  static OptionalDouble splat(Node node) {
    Node source = node;
    while (source.op() instanceof Op.Broadcast || source.op() instanceof Op.Reshape) {
      source = source.input(0);
    }
    return source.op() instanceof Op.Constant(var value)
            && value.shape().size() == 1
            && value.dtype() != DType.I64
        ? OptionalDouble.of(value.at(0))
        : OptionalDouble.empty();
  }

  /** Whether every element is a constant equal to the number. */
  static boolean is(Node node, double number) {
    OptionalDouble value = splat(node);
    return value.isPresent() && value.getAsDouble() == number;
  }

  static boolean isFloat(Node node) {
    return node.type().dtype() == DType.F32;
  }

  static int size(Node node) {
    return node.type().shape().size();
  }
}
