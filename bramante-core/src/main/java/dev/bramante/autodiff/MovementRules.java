package dev.bramante.autodiff;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Value;
import dev.bramante.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Gradient rules of operations that move, repeat and reduce. */
final class MovementRules {
  private MovementRules() {}

  static Value broadcast(Value x, Value g) {
    int[] repeated =
        IntStream.range(0, x.shape().rank()).filter(i -> x.dim(i) != g.dim(i)).toArray();
    return repeated.length == 0 ? g : g.reduceKeeping(ReduceKind.SUM, repeated);
  }

  static Value reduce(ReduceKind kind, Value x, Value y, Value g) {
    return switch (kind) {
      case SUM -> g.broadcast(x.shape());
      case MAX -> max(x, y, g);
    };
  }

  /** The largest elements share the gradient evenly. */
  private static Value max(Value x, Value y, Value g) {
    int[] axes = IntStream.range(0, x.shape().rank()).filter(i -> x.dim(i) != y.dim(i)).toArray();
    if (axes.length == 0) {
      return g;
    }
    Value largest = x.binary(BinaryKind.EQ, y);
    Value count = largest.cast(DType.F32).reduceKeeping(ReduceKind.SUM, axes);
    return largest.where(g.over(count), g.like(0));
  }

  static Value transpose(List<Integer> permutation, Value g) {
    int[] inverse = new int[permutation.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[permutation.get(i)] = i;
    }
    return g.transpose(inverse);
  }

  static Value slice(List<Integer> starts, Value x, Value g) {
    List<Integer> after =
        IntStream.range(0, starts.size())
            .mapToObj(i -> x.dim(i) - starts.get(i) - g.dim(i))
            .toList();
    return GradientRules.add(new Op.Pad(starts, after, 0), g);
  }

  static Map<Integer, Value> concat(int axis, List<Value> in, Value g) {
    var shares = new HashMap<Integer, Value>();
    var starts = new ArrayList<Integer>(Collections.nCopies(g.shape().rank(), 0));
    for (int i = 0; i < in.size(); i++) {
      var slice = new Op.Slice(List.copyOf(starts), in.get(i).shape());
      shares.put(i, GradientRules.add(slice, g));
      starts.set(axis, starts.get(axis) + in.get(i).dim(axis));
    }
    return shares;
  }
}
