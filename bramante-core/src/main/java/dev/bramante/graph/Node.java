package dev.bramante.graph;

import java.util.List;

/**
 * One operation applied to the values of other nodes. Immutable; compared by identity.
 *
 * <p>A node is made by {@link #of}, which works out its type and so refuses operands that don't
 * fit.
 */
public final class Node {
  private final Op op;
  private final List<Node> inputs;
  private final Type type;
  private final String path;

  private Node(Op op, List<Node> inputs, Type type, String path) {
    this.op = op;
    this.inputs = inputs;
    this.type = type;
    this.path = path;
  }

  /**
   * A node with the type that the shape rules give it.
   *
   * @param path the layer that it belongs to, as {@code sections.2.1.conv2}, or empty
   * @throws ShapeException if the operands don't fit
   */
  public static Node of(Op op, List<Node> inputs, String path) {
    List<Node> operands = List.copyOf(inputs);
    try {
      return new Node(op, operands, ShapeRules.infer(op, operands), path);
    } catch (ShapeException e) {
      throw ShapeException.in(path, e);
    }
  }

  /** The operation. */
  public Op op() {
    return op;
  }

  /** The operands. */
  public List<Node> inputs() {
    return inputs;
  }

  /** Operand {@code index}. */
  public Node input(int index) {
    return inputs.get(index);
  }

  /** Element type and shape of the value. */
  public Type type() {
    return type;
  }

  /** The path of the layer that the node belongs to; empty if none. */
  public String path() {
    return path;
  }
}
