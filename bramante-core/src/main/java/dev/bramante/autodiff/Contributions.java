package dev.bramante.autodiff;

import dev.bramante.graph.Op;
import dev.bramante.graph.Value;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Adds up what the users of a value contribute to its gradient. */
final class Contributions {
  private Contributions() {}

  /** The sum, in the order given; of pieces that a value was cut into, the pieces put together. */
  static Value sum(Value value, List<Value> contributions) {
    List<Value> pieces = pieces(value.shape(), contributions);
    if (pieces.size() > 1) {
      Value first = pieces.removeFirst();
      return first.concat(cutAxis(contributions.getFirst()), pieces.toArray(Value[]::new));
    }
    return contributions.stream().reduce(Value::plus).orElseThrow();
  }

  /**
   * The operands of the contributions, in the order of their places, if these are paddings with
   * zeros of pieces that tile the shape along one axis; otherwise nothing.
   */
  private static List<Value> pieces(Shape whole, List<Value> contributions) {
    if (contributions.size() < 2 || cutAxis(contributions.getFirst()) < 0) {
      return List.of();
    }
    int axis = cutAxis(contributions.getFirst());
    var sorted = new ArrayList<>(contributions);
    if (sorted.stream().anyMatch(piece -> cutAxis(piece) != axis)) {
      return List.of();
    }
    sorted.sort(Comparator.comparingInt(piece -> start(piece, axis)));
    var pieces = new ArrayList<Value>();
    int end = 0;
    for (Value padded : sorted) {
      if (start(padded, axis) != end) {
        return List.of();
      }
      Value piece = padded.trace().value(padded.node().input(0));
      pieces.add(piece);
      end += piece.dim(axis);
    }
    return end == whole.dim(axis) ? pieces : List.of();
  }

  /** The one axis along which zeros surround the value, or −1 if it isn't of that kind. */
  private static int cutAxis(Value value) {
    if (!(value.node().op() instanceof Op.Pad(var before, var after, var border)) || border != 0) {
      return -1;
    }
    int axis = -1;
    for (int i = 0; i < before.size(); i++) {
      if (before.get(i) + after.get(i) > 0) {
        if (axis >= 0) {
          return -1;
        }
        axis = i;
      }
    }
    return axis;
  }

  private static int start(Value padded, int axis) {
    return ((Op.Pad) padded.node().op()).before().get(axis);
  }
}
