package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Computes what small constants alone decide. Repeated numbers stay repeated: a broadcast is never
 * written out.
 */
public final class FoldConstants implements Pass {
  /** Beyond this many elements a constant costs more memory than its computation time. */
  private static final int MAX_ELEMENTS = 4096;

  @Override
  public String name() {
    return "fold-constants";
  }

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, FoldConstants::fold);
  }

  private static Node fold(Node node) {
    return switch (node.op()) {
      case Op.Reshape(var to) when node.input(0).op() instanceof Op.Constant(var value) ->
          constant(node, value.reshape(to.dims()));
      case Op.Unary _, Op.Binary _, Op.Where _, Op.Cast _ ->
          isSmallConstant(node)
              ? evaluate(node).map(value -> constant(node, value)).orElse(node)
              : node;
      default -> node;
    };
  }

  private static Node constant(Node node, Tensor value) {
    return Nodes.at(node).of(new Op.Constant(value));
  }

  private static boolean isSmallConstant(Node node) {
    boolean anyWhole = false;
    for (Node operand : node.inputs()) {
      boolean whole = operand.op() instanceof Op.Constant;
      if (!whole && Nodes.splat(operand).isEmpty()) {
        return false;
      }
      anyWhole |= whole;
    }
    return anyWhole && Nodes.size(node) <= MAX_ELEMENTS && computes(node.type().dtype());
  }

  private static boolean computes(DType dtype) {
    return dtype == DType.F32 || dtype == DType.I32 || dtype == DType.BOOL;
  }

  /** The value, or nothing where an element has none that every backend would agree on. */
  private static Optional<Tensor> evaluate(Node node) {
    Shape shape = node.type().shape();
    Tensor result = Tensor.zeros(node.type().dtype(), shape);
    for (int i = 0; i < shape.size(); i++) {
      OptionalDouble element = element(node, i);
      if (element.isEmpty()) {
        return Optional.empty();
      }
      Tensors.set(result, i, element.getAsDouble());
    }
    return Optional.of(result);
  }

  private static OptionalDouble element(Node node, int index) {
    double first = at(node.input(0), index);
    DType from = node.input(0).type().dtype();
    return switch (node.op()) {
      case Op.Unary(var kind) -> Arithmetic.unary(kind, from, first);
      case Op.Binary(var kind) -> Arithmetic.binary(kind, from, first, at(node.input(1), index));
      case Op.Where() -> OptionalDouble.of(at(node.input(first != 0 ? 1 : 2), index));
      case Op.Cast(var to) -> Arithmetic.cast(from, to, first);
      default -> OptionalDouble.empty();
    };
  }

  private static double at(Node operand, int index) {
    return operand.op() instanceof Op.Constant(var value)
        ? value.at(index)
        : Nodes.splat(operand).orElseThrow();
  }
}
