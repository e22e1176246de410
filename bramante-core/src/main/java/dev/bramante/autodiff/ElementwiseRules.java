package dev.bramante.autodiff;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import java.util.Map;
import java.util.OptionalDouble;

/** Gradient rules of elementwise operations; where a derivative jumps, PyTorch's choice. */
final class ElementwiseRules {
  private static final float TWO_OVER_SQRT_PI = (float) (2 / Math.sqrt(Math.PI));

  private ElementwiseRules() {}

  static Map<Integer, Value> unary(UnaryKind kind, Value x, Value y, Value g) {
    return switch (kind) {
      case NEG -> Map.of(0, g.negate());
      case ABS -> Map.of(0, abs(x, g));
      case EXP -> Map.of(0, times(g, y));
      case LOG -> Map.of(0, g.over(x));
      case SQRT -> Map.of(0, g.times(0.5f).over(y));
      case RSQRT -> Map.of(0, times(g, y.times(y).times(y).times(-0.5f)));
      case SIN -> Map.of(0, times(g, x.unary(UnaryKind.COS)));
      case COS -> Map.of(0, times(g, x.unary(UnaryKind.SIN).negate()));
      case TANH -> Map.of(0, times(g, y.like(1).minus(y.times(y))));
      case SIGMOID -> Map.of(0, times(g, y.times(y.like(1).minus(y))));
      case ERF -> Map.of(0, times(g, x.times(x).negate().exp().times(TWO_OVER_SQRT_PI)));
      // By y rather than x, so that x need not be kept until the backward pass.
      case RELU -> Map.of(0, y.binary(BinaryKind.GT, 0).where(g, g.like(0)));
      case NOT -> Map.of();
    };
  }

  static Map<Integer, Value> binary(BinaryKind kind, Value a, Value b, Value y, Value g) {
    return switch (kind) {
      case ADD -> Map.of(0, g, 1, g);
      case SUB -> Map.of(0, g, 1, g.negate());
      case MUL -> Map.of(0, times(g, b), 1, times(g, a));
      case DIV -> over(b, y, g);
      case MIN -> chosen(BinaryKind.LT, a, b, g);
      case MAX -> chosen(BinaryKind.GT, a, b, g);
      case POW -> pow(a, b, y, g);
      case EQ, NE, LT, LE, GT, GE, AND, OR -> Map.of();
    };
  }

  static Map<Integer, Value> where(Value condition, Value g) {
    Value zero = g.like(0);
    return Map.of(1, condition.where(g, zero), 2, condition.where(zero, g));
  }

  private static Value abs(Value x, Value g) {
    Value zero = g.like(0);
    Value negative = x.binary(BinaryKind.LT, 0).where(g.negate(), zero);
    return x.binary(BinaryKind.GT, 0).where(g, negative);
  }

  private static Map<Integer, Value> over(Value b, Value y, Value g) {
    Value share = g.over(b);
    return Map.of(0, share, 1, share.times(y).negate());
  }

  /** All of the gradient to the operand that won, half to each of two equal ones. */
  private static Map<Integer, Value> chosen(BinaryKind wins, Value a, Value b, Value g) {
    Value zero = g.like(0);
    Value tied = a.binary(BinaryKind.EQ, b).where(g.times(0.5f), zero);
    return Map.of(0, a.binary(wins, b).where(g, tied), 1, b.binary(wins, a).where(g, tied));
  }

  /** d a^b / da = b a^(b−1), which is 0 for b = 0; d a^b / db = a^b log a, which is 0 for a = 0. */
  private static Map<Integer, Value> pow(Value a, Value b, Value y, Value g) {
    OptionalDouble exponent = constant(b);
    if (exponent.isPresent()) {
      return Map.of(0, times(g, slope(a, (float) exponent.getAsDouble())));
    }
    Value zero = a.like(0);
    Value slope = b.times(a.pow(b.minus(b.like(1))));
    Value toA = b.binary(BinaryKind.EQ, 0).where(zero, slope);
    Value toB = a.binary(BinaryKind.EQ, 0).where(zero, y.times(a.log()));
    return Map.of(0, times(g, toA), 1, times(g, toB));
  }

  private static Value slope(Value a, float exponent) {
    if (exponent == 0) {
      return a.like(0).broadcast(a.shape());
    }
    if (exponent == 1) {
      return a.like(1).broadcast(a.shape());
    }
    return (exponent == 2 ? a : a.pow(a.like(exponent - 1))).times(exponent);
  }

  /** The product with a gradient, which is often the constant 1 that a loss begins with. */
  private static Value times(Value g, Value factor) {
    OptionalDouble constant = constant(g);
    return constant.isPresent() && constant.getAsDouble() == 1 ? factor : g.times(factor);
  }

  /** The number that every element is, if the value is a constant scalar or repeats one. */
  private static OptionalDouble constant(Value value) {
    Node node = value.node();
    while (node.op() instanceof Op.Broadcast || node.op() instanceof Op.Reshape) {
      node = node.input(0);
    }
    return node.op() instanceof Op.Constant(var tensor) && tensor.shape().size() == 1
        ? OptionalDouble.of(tensor.at(0))
        : OptionalDouble.empty();
  }
}
