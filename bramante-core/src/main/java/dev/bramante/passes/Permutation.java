package dev.bramante.passes;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An order of axes.
 *
 * @param axes axis i of what is transposed is axis {@code axes[i]} of what it was
 */
record Permutation(List<Integer> axes) {
  /** Copies the list. */
  Permutation {
    axes = List.copyOf(axes);
  }

  /** That of a transpose. */
  static Permutation of(Node transpose) {
    return new Permutation(((Op.Transpose) transpose.op()).permutation());
  }

  /** The order that changes nothing, of as many axes. */
  Permutation identity() {
    return then(inverse());
  }

  int rank() {
    return axes.size();
  }

  /** Undoes this one. */
  Permutation inverse() {
    return new Permutation(IntStream.range(0, rank()).mapToObj(axes::indexOf).toList());
  }

  /** This one and then another. */
  Permutation then(Permutation next) {
    return new Permutation(permuted(axes, next));
  }

  private static List<Integer> permuted(List<Integer> values, Permutation by) {
    return by.axes.stream().map(values::get).toList();
  }

  /** Where an axis of the operand goes. */
  int position(int axis) {
    return axes.indexOf(axis);
  }

  /** Where axes of the operand go, ascending. */
  List<Integer> positions(List<Integer> operandAxes) {
    return operandAxes.stream().map(this::position).sorted().toList();
  }

  /** One number for each axis, in the new order. */
  List<Integer> permute(List<Integer> perAxis) {
    return permuted(perAxis, this);
  }

  /** The shape of a transposed value. */
  Shape permute(Shape shape) {
    return Shape.of(axes.stream().mapToInt(shape::dim).toArray());
  }

  /** Whether only axes of size 1 of the operand change places, so that elements stay in order. */
  boolean keepsOrder(Shape operand) {
    int last = -1;
    for (int axis : axes) {
      if (operand.dim(axis) != 1) {
        if (axis < last) {
          return false;
        }
        last = axis;
      }
    }
    return true;
  }

  /** Whether it exchanges the last two axes, which products can read either way. */
  boolean exchangesLastTwo() {
    int last = rank() - 1;
    return rank() >= 2
        && axes.get(last) == last - 1
        && axes.get(last - 1) == last
        && IntStream.range(0, last - 1).allMatch(i -> axes.get(i) == i);
  }

  /** The elements that a transpose of the value would move. */
  long moved(Shape operand) {
    return keepsOrder(operand) ? 0 : operand.size();
  }

  /** The transposed value; a reshape where the elements stay in order. */
  Node of(Nodes nodes, Node x) {
    Shape shape = x.type().shape();
    return keepsOrder(shape)
        ? nodes.reshape(x, permute(shape))
        : nodes.of(new Op.Transpose(axes), x);
  }

  /**
   * The value with one axis split into the sizes, these transposed, and joined again.
   *
   * @param sizes the sizes of the axis before, as many as this permutation has axes
   */
  Node within(Nodes nodes, Node x, int axis, List<Integer> sizes) {
    int[] dims = x.type().shape().dims();
    int[] inner = sizes.stream().mapToInt(Integer::intValue).toArray();
    int[] before = Arrays.copyOfRange(dims, 0, axis);
    int[] after = Arrays.copyOfRange(dims, axis + 1, dims.length);
    int[] split = Stream.of(before, inner, after).flatMapToInt(IntStream::of).toArray();
    List<Integer> order =
        IntStream.range(0, split.length)
            .mapToObj(i -> i < axis || i >= axis + rank() ? i : axis + axes.get(i - axis))
            .toList();
    Node apart = nodes.reshape(x, Shape.of(split));
    return nodes.reshape(new Permutation(order).of(nodes, apart), x.type().shape());
  }
}
