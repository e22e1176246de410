package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.UnaryKind;
import java.util.OptionalDouble;

/** Arithmetic with constants: neutral elements, powers, factors in a row. */
final class ArithmeticRules {
  private ArithmeticRules() {}

  static Node apply(Node node) {
    if (!(node.op() instanceof Op.Binary(var kind))) {
      return node;
    }
    Node a = node.input(0);
    Node b = node.input(1);
    return switch (kind) {
      case ADD -> Nodes.is(a, 0) ? b : Nodes.is(b, 0) ? a : node;
      case SUB -> Nodes.is(b, 0) ? a : node;
      case MUL -> Nodes.is(a, 1) ? b : Nodes.is(b, 1) ? a : factors(node, a, b);
      case DIV -> Nodes.is(b, 1) ? a : divide(node, a, b);
      case POW -> power(node, a, b);
      case MIN, MAX, AND, OR -> a == b ? a : node;
      case EQ, NE, LT, LE, GT, GE -> node;
    };
  }

  /** (x · c) · d = x · (c · d), with constants on the right. */
  private static Node factors(Node node, Node a, Node b) {
    OptionalDouble constantA = Nodes.splat(a);
    OptionalDouble constantB = Nodes.splat(b);
    if (constantA.isPresent() && constantB.isEmpty()) {
      return Nodes.at(node).binary(BinaryKind.MUL, b, a);
    }
    boolean chained =
        constantB.isPresent()
            && Nodes.isFloat(node)
            && a.op() instanceof Op.Binary(var inner)
            && inner == BinaryKind.MUL
            && Nodes.splat(a.input(1)).isPresent();
    if (!chained) {
      return node;
    }
    float product = (float) (constantB.getAsDouble() * Nodes.splat(a.input(1)).getAsDouble());
    if (!Float.isFinite(product) || Math.abs(product) < Float.MIN_NORMAL) {
      return node;
    }
    Nodes nodes = Nodes.at(node);
    return nodes.binary(BinaryKind.MUL, a.input(0), nodes.splat(product, node.type()));
  }

  /** A division by a power of two is exactly a multiplication; 1 / √x has an operation. */
  private static Node divide(Node node, Node a, Node b) {
    if (!Nodes.isFloat(node)) {
      return node;
    }
    Nodes nodes = Nodes.at(node);
    if (Nodes.is(a, 1) && b.op() instanceof Op.Unary(var kind) && kind == UnaryKind.SQRT) {
      return nodes.unary(UnaryKind.RSQRT, b.input(0));
    }
    OptionalDouble divisor = Nodes.splat(b);
    return divisor.isPresent() && isPowerOfTwo((float) divisor.getAsDouble())
        ? nodes.binary(BinaryKind.MUL, a, nodes.splat(1 / divisor.getAsDouble(), node.type()))
        : node;
  }

  private static boolean isPowerOfTwo(float x) {
    boolean moderate = Math.abs(x) >= 0x1p-100f && Math.abs(x) <= 0x1p100f;
    return moderate && (Float.floatToRawIntBits(x) & 0x7fffff) == 0;
  }

  private static Node power(Node node, Node x, Node exponent) {
    OptionalDouble constant = Nodes.splat(exponent);
    if (constant.isEmpty() || !Nodes.isFloat(node)) {
      return node;
    }
    Nodes nodes = Nodes.at(node);
    double e = constant.getAsDouble();
    if (e == 1) {
      return x;
    } else if (e == 2) {
      return nodes.binary(BinaryKind.MUL, x, x);
    } else if (e == 3) {
      return nodes.binary(BinaryKind.MUL, nodes.binary(BinaryKind.MUL, x, x), x);
    } else if (e == 0.5) {
      return nodes.unary(UnaryKind.SQRT, x);
    } else if (e == -0.5) {
      return nodes.unary(UnaryKind.RSQRT, x);
    } else if (e == -1) {
      return nodes.binary(BinaryKind.DIV, nodes.splat(1, node.type()), x);
    }
    return node;
  }
}
