package dev.bramante.autodiff;

import dev.bramante.graph.Op;
import dev.bramante.graph.Op.*;
import dev.bramante.graph.Printer;
import dev.bramante.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The gradient rule of each operation, written in terms of operations, so that gradients have
 * gradients.
 */
final class GradientRules {
  private GradientRules() {}

  /**
   * The gradients to the operands, by position. Operands without one are left out: integers,
   * conditions, and all operands of functions that are piecewise constant.
   *
   * @param op the operation
   * @param in its operands
   * @param y its value
   * @param g the gradient to its value, of the same shape
   * @throws GradientException if the operation has none
   */
  static Map<Integer, Value> apply(Op op, List<Value> in, Value y, Value g) {
    return switch (op) {
      case Input _, Read _, Constant _, Iota _, Random _, ArgMax _ -> Map.of();
      case Unary(var kind) -> ElementwiseRules.unary(kind, in.get(0), y, g);
      case Binary(var kind) -> ElementwiseRules.binary(kind, in.get(0), in.get(1), y, g);
      case Where() -> ElementwiseRules.where(in.get(0), g);
      case Cast _ -> Map.of(0, g.cast(in.get(0).type().dtype()));
      case Broadcast _ -> Map.of(0, MovementRules.broadcast(in.get(0), g));
      case Reduce(var kind, _) -> Map.of(0, MovementRules.reduce(kind, in.get(0), y, g));
      case MatMul(var ta, var tb) -> ProductRules.matMul(ta, tb, in.get(0), in.get(1), g);
      case Conv2d conv -> ProductRules.conv2d(conv, in.get(0), in.get(1), g);
      case Conv2dInputGrad grad -> ProductRules.inputGrad(grad, in.get(0), in.get(1), g);
      case Conv2dWeightGrad grad -> ProductRules.weightGrad(grad, in.get(0), in.get(1), g);
      case MaxPool(var window) -> Map.of(0, add(new MaxPoolGrad(window), in.get(0), y, g));
      case MaxPoolGrad _ -> throw refused(op, y, "it picks elements without naming their places");
      case AvgPool(var window) -> Map.of(0, add(new AvgPoolGrad(window, in.get(0).shape()), g));
      case AvgPoolGrad(var window, _) -> Map.of(0, add(new AvgPool(window), g));
      case Reshape _ -> Map.of(0, g.reshape(in.get(0).shape().dims()));
      case Transpose(var permutation) -> Map.of(0, MovementRules.transpose(permutation, g));
      case Slice(var starts, _) -> Map.of(0, MovementRules.slice(starts, in.get(0), g));
      case Concat(var axis) -> MovementRules.concat(axis, in, g);
      case Pad(var before, _, _) -> Map.of(0, add(new Slice(before, in.get(0).shape()), g));
      case Gather() -> Map.of(0, g.scatterAdd(in.get(1), in.get(0).dim(0)));
      case ScatterAdd _ -> Map.of(1, g.gather(in.get(0)));
      case After _ -> Map.of(0, g);
      case Attention(var spec) -> ProductRules.attention(spec, in, y, g);
      case AttentionSums _, AttentionGrad _ ->
          throw refused(op, y, "gradients of gradients need Functions.composedAttention");
      case ReplaceRows _ -> throw refused(op, y, "it fills caches, which are not learned from");
      case Unpack _ -> throw refused(op, y, "compact weights are not learned");
      case Fused _, Part _ ->
          throw refused(op, y, "gradients are taken before operations are fused");
      case Custom(var definition) -> custom(op, definition.gradient(in, y, g), in, y);
    };
  }

  static Value add(Op op, Value... operands) {
    return operands[0].trace().add(op, operands);
  }

  private static Map<Integer, Value> custom(
      Op op, List<Optional<Value>> gradients, List<Value> in, Value y) {
    if (gradients.size() != in.size()) {
      throw refused(
          op, y, "its rule gives " + gradients.size() + " for " + in.size() + " operands");
    }
    var shares = new HashMap<Integer, Value>();
    for (int i = 0; i < in.size(); i++) {
      int operand = i;
      gradients
          .get(i)
          .ifPresent(gradient -> shares.put(operand, checked(op, in.get(operand), gradient, y)));
    }
    return shares;
  }

  private static Value checked(Op op, Value operand, Value gradient, Value y) {
    if (!gradient.type().equals(operand.type())) {
      throw refused(op, y, "its rule gives " + gradient + " for an operand " + operand);
    }
    return gradient;
  }

  private static GradientException refused(Op op, Value y, String why) {
    String path = y.node().path();
    return new GradientException(
        "the gradient of %s is not defined: %s%s"
            .formatted(Printer.name(op), why, path.isEmpty() ? "" : "; in layer " + path));
  }
}
