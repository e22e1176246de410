package dev.bramante.passes;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.UnaryKind;
import dev.bramante.tensor.DType;
import java.util.List;
import java.util.OptionalDouble;

/** Choices that are decided, and conversions that do nothing. */
final class ChoiceRules {
  private ChoiceRules() {}

  static Node apply(Node node) {
    return switch (node.op()) {
      case Op.Where() -> where(node, node.input(0), node.input(1), node.input(2));
      case Op.Cast(var to) -> cast(node, node.input(0), to);
      default -> node;
    };
  }

  private static Node where(Node node, Node condition, Node whenTrue, Node whenFalse) {
    OptionalDouble decided = Nodes.splat(condition);
    if (whenTrue == whenFalse) {
      return whenTrue;
    }
    if (decided.isPresent()) {
      return decided.getAsDouble() != 0 ? whenTrue : whenFalse;
    }
    return condition.op() instanceof Op.Unary(var kind) && kind == UnaryKind.NOT
        ? Node.of(node.op(), List.of(condition.input(0), whenFalse, whenTrue), node.path())
        : node;
  }

  /** A conversion after one that lost nothing is the conversion of the first operand. */
  private static Node cast(Node node, Node x, DType to) {
    if (x.type().dtype() == to) {
      return x;
    }
    return x.op() instanceof Op.Cast && keepsAll(x.input(0).type().dtype(), x.type().dtype())
        ? Nodes.at(node).of(new Op.Cast(to), x.input(0))
        : node;
  }

  private static boolean keepsAll(DType from, DType to) {
    return (from == DType.BOOL && (to.isInteger() || to == DType.F32))
        || (from == DType.I32 && to == DType.I64);
  }
}
