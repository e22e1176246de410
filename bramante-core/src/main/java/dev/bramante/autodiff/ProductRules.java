package dev.bramante.autodiff;

import dev.bramante.graph.AttentionOperand;
import dev.bramante.graph.AttentionSpec;
import dev.bramante.graph.Op.AttentionGrad;
import dev.bramante.graph.Op.AttentionSums;
import dev.bramante.graph.Op.Conv2d;
import dev.bramante.graph.Op.Conv2dInputGrad;
import dev.bramante.graph.Op.Conv2dWeightGrad;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Gradient rules of matrix products and convolutions, which are linear in each operand. */
final class ProductRules {
  private ProductRules() {}

  static Map<Integer, Value> matMul(boolean ta, boolean tb, Value a, Value b, Value g) {
    return Map.of(0, toLeft(ta, tb, a, b, g), 1, toRight(ta, tb, a, b, g));
  }

  private static Value toLeft(boolean ta, boolean tb, Value a, Value b, Value g) {
    if (!ta) {
      return g.matmul(b, false, !tb);
    }
    return shared(a, b) ? swapped(g.matmul(b, false, !tb)) : b.matmul(g, tb, true);
  }

  private static Value toRight(boolean ta, boolean tb, Value a, Value b, Value g) {
    if (shared(a, b) && !ta) {
      // One tall product instead of many that are then added up.
      return right(false, tb, rows(a), rows(g)).reshape(b.shape().dims());
    }
    Value each = right(ta, tb, a, g);
    int[] leading = IntStream.range(0, b.shape().rank() - 2).toArray();
    return shared(a, b) ? each.reduceKeeping(ReduceKind.SUM, leading) : each;
  }

  private static Value right(boolean ta, boolean tb, Value a, Value g) {
    return tb ? g.matmul(a, true, ta) : a.matmul(g, !ta, false);
  }

  /** All but the last axis as one. */
  private static Value rows(Value x) {
    return x.reshape(x.shape().size(0, x.shape().rank() - 1), x.dim(-1));
  }

  /** Whether one right matrix serves several left ones. */
  private static boolean shared(Value a, Value b) {
    int leading = b.shape().rank() - 2;
    return a.shape().size(0, leading) != b.shape().size(0, leading);
  }

  /** With the last two axes exchanged. */
  private static Value swapped(Value x) {
    int rank = x.shape().rank();
    int[] permutation = IntStream.range(0, rank).toArray();
    permutation[rank - 2] = rank - 1;
    permutation[rank - 1] = rank - 2;
    return x.transpose(permutation);
  }

  static Map<Integer, Value> conv2d(Conv2d op, Value x, Value weight, Value g) {
    var toInput = new Conv2dInputGrad(op.window(), op.groups(), x.shape());
    var toWeight = new Conv2dWeightGrad(op.window(), op.groups(), weight.shape());
    return Map.of(0, GradientRules.add(toInput, g, weight), 1, GradientRules.add(toWeight, x, g));
  }

  static Map<Integer, Value> attention(AttentionSpec spec, List<Value> in, Value y, Value g) {
    var operands = new ArrayList<>(in);
    operands.add(y);
    operands.add(y.trace().add(new AttentionSums(spec), in));
    operands.add(g);
    var gradients = new HashMap<Integer, Value>();
    for (AttentionOperand to : AttentionOperand.values()) {
      gradients.put(to.ordinal(), y.trace().add(new AttentionGrad(spec, to), operands));
    }
    return gradients;
  }

  static Map<Integer, Value> inputGrad(Conv2dInputGrad op, Value dy, Value weight, Value g) {
    var toWeight = new Conv2dWeightGrad(op.window(), op.groups(), weight.shape());
    return Map.of(
        0, g.conv2d(weight, op.window(), op.groups()), 1, GradientRules.add(toWeight, g, dy));
  }

  static Map<Integer, Value> weightGrad(Conv2dWeightGrad op, Value x, Value dy, Value g) {
    var toInput = new Conv2dInputGrad(op.window(), op.groups(), x.shape());
    return Map.of(0, GradientRules.add(toInput, dy, g), 1, x.conv2d(g, op.window(), op.groups()));
  }
}
