package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.UnaryKind;
import java.util.OptionalDouble;

/** Moves signs into subtractions and constants, and cancels them. */
final class SignRules {
  private SignRules() {}

  static Node apply(Node node) {
    return switch (node.op()) {
      case Op.Unary(var kind) -> unary(node, kind);
      case Op.Binary(var kind) -> binary(node, kind, node.input(0), node.input(1));
      default -> node;
    };
  }

  private static Node unary(Node node, UnaryKind kind) {
    Node x = node.input(0);
    return switch (kind) {
      case NEG -> negated(node, x);
      case NOT -> isUnary(x, UnaryKind.NOT) ? x.input(0) : node;
      case RELU -> isUnary(x, UnaryKind.RELU) ? x : node;
      case ABS -> {
        if (isNegation(x)) {
          yield Nodes.at(node).unary(UnaryKind.ABS, x.input(0));
        }
        yield isUnary(x, UnaryKind.ABS) ? x : node;
      }
      case EXP, LOG, SQRT, RSQRT, SIN, COS, TANH, SIGMOID, ERF -> node;
    };
  }

  /** −(−x) = x and −(x · c) = x · (−c). */
  private static Node negated(Node node, Node x) {
    if (isNegation(x)) {
      return x.input(0);
    }
    boolean scaled = x.op() instanceof Op.Binary(var kind) && kind == BinaryKind.MUL;
    return scaled && Nodes.isFloat(x) && Nodes.splat(x.input(1)).isPresent()
        ? scaled(node, x.input(0), -Nodes.splat(x.input(1)).getAsDouble())
        : node;
  }

  private static Node binary(Node node, BinaryKind kind, Node a, Node b) {
    Nodes nodes = Nodes.at(node);
    return switch (kind) {
      case ADD -> {
        if (isNegation(b)) {
          yield nodes.binary(BinaryKind.SUB, a, b.input(0));
        }
        yield isNegation(a) ? nodes.binary(BinaryKind.SUB, b, a.input(0)) : node;
      }
      case SUB -> {
        if (isNegation(b)) {
          yield nodes.binary(BinaryKind.ADD, a, b.input(0));
        }
        yield Nodes.is(a, 0) ? nodes.unary(UnaryKind.NEG, b) : node;
      }
      case MUL -> product(node, a, b);
      case DIV, MIN, MAX, POW, EQ, NE, LT, LE, GT, GE, AND, OR -> node;
    };
  }

  private static Node product(Node node, Node a, Node b) {
    if (isNegation(a) && isNegation(b)) {
      return Nodes.at(node).binary(BinaryKind.MUL, a.input(0), b.input(0));
    }
    OptionalDouble constant = Nodes.splat(b);
    if (constant.isEmpty() || !Nodes.isFloat(node)) {
      return node;
    }
    if (constant.getAsDouble() == -1) {
      return Nodes.at(node).unary(UnaryKind.NEG, a);
    }
    return isNegation(a) ? scaled(node, a.input(0), -constant.getAsDouble()) : node;
  }

  private static Node scaled(Node node, Node x, double factor) {
    Nodes nodes = Nodes.at(node);
    return nodes.binary(BinaryKind.MUL, x, nodes.splat(factor, node.type()));
  }

  private static boolean isNegation(Node node) {
    return isUnary(node, UnaryKind.NEG);
  }

  private static boolean isUnary(Node node, UnaryKind kind) {
    return node.op() instanceof Op.Unary(var own) && own == kind;
  }
}
