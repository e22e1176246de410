package dev.bramante.passes;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Slices, paddings and concatenations that undo one another or do nothing. */
final class SliceRules {
  private SliceRules() {}

  static Node apply(Node node) {
    return switch (node.op()) {
      case Op.Slice(var starts, var shape) -> slice(node, node.input(0), starts, shape);
      case Op.Pad pad -> pad(node, node.input(0), pad);
      case Op.Concat(var axis) -> concat(node, axis);
      default -> node;
    };
  }

  private static Node slice(Node node, Node x, List<Integer> starts, Shape shape) {
    if (x.type().shape().equals(shape)) {
      return x;
    }
    Nodes nodes = Nodes.at(node);
    return switch (x.op()) {
      case Op.Slice(var outer, _) -> nodes.of(new Op.Slice(sum(starts, outer), shape), x.input(0));
      case Op.Pad(var before, _, _) -> {
        List<Integer> shifted =
            IntStream.range(0, starts.size()).mapToObj(i -> starts.get(i) - before.get(i)).toList();
        yield fits(shifted, shape, x.input(0).type().shape())
            ? nodes.of(new Op.Slice(shifted, shape), x.input(0))
            : node;
      }
      case Op.Concat(var axis) -> sliceOfConcat(node, x, axis, starts, shape);
      default -> node;
    };
  }

  private static Node sliceOfConcat(
      Node node, Node concat, int axis, List<Integer> starts, Shape shape) {
    int offset = 0;
    for (Node part : concat.inputs()) {
      var shifted = new ArrayList<>(starts);
      shifted.set(axis, starts.get(axis) - offset);
      if (fits(shifted, shape, part.type().shape())) {
        return Nodes.at(node).of(new Op.Slice(List.copyOf(shifted), shape), part);
      }
      offset += part.type().shape().dim(axis);
    }
    return node;
  }

  private static boolean fits(List<Integer> starts, Shape shape, Shape within) {
    return IntStream.range(0, starts.size())
        .allMatch(i -> starts.get(i) >= 0 && starts.get(i) + shape.dim(i) <= within.dim(i));
  }

  private static Node pad(Node node, Node x, Op.Pad pad) {
    if (x.type().equals(node.type())) {
      return x;
    }
    if (x.op() instanceof Op.Pad(var before, var after, var value) && value == pad.value()) {
      var both = new Op.Pad(sum(pad.before(), before), sum(pad.after(), after), value);
      return Nodes.at(node).of(both, x.input(0));
    }
    return node;
  }

  private static Node concat(Node node, int axis) {
    List<Node> filled =
        node.inputs().stream().filter(part -> part.type().shape().dim(axis) > 0).toList();
    if (filled.size() == 1) {
      return filled.getFirst();
    }
    return filled.isEmpty() || filled.size() == node.inputs().size()
        ? adjacent(node, axis)
        : Node.of(node.op(), filled, node.path());
  }

  /** Neighbouring slices of one value, put together again. */
  private static Node adjacent(Node node, int axis) {
    var joined = new ArrayList<Node>();
    for (Node part : node.inputs()) {
      if (!joined.isEmpty() && follows(joined.getLast(), part, axis)) {
        joined.add(joint(joined.removeLast(), part, axis));
      } else {
        joined.add(part);
      }
    }
    return joined.size() == node.inputs().size() ? node : Node.of(node.op(), joined, node.path());
  }

  private static boolean follows(Node first, Node second, int axis) {
    if (!(first.op() instanceof Op.Slice(var startsA, var shapeA))
        || !(second.op() instanceof Op.Slice(var startsB, _))
        || first.input(0) != second.input(0)) {
      return false;
    }
    var expected = new ArrayList<>(startsA);
    expected.set(axis, startsA.get(axis) + shapeA.dim(axis));
    return expected.equals(startsB);
  }

  private static Node joint(Node first, Node second, int axis) {
    Op.Slice slice = (Op.Slice) first.op();
    int size = slice.shape().dim(axis) + second.type().shape().dim(axis);
    var whole = new Op.Slice(slice.starts(), slice.shape().with(axis, size));
    return Nodes.at(first).of(whole, first.input(0));
  }

  private static List<Integer> sum(List<Integer> a, List<Integer> b) {
    return IntStream.range(0, a.size()).mapToObj(i -> a.get(i) + b.get(i)).toList();
  }
}
