package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The axes of a kernel: a shape of the whole index space in which each value spans whole axes.
 *
 * @param shape the sizes
 * @param strides the stride of each axis, 0 for axes of size 1
 */
record Domain(Shape shape, int[] strides) {
  /** The kernel's axes if every value spans whole axes of the shape. */
  static Optional<Domain> as(Shape shape, Alignment alignment) {
    TreeSet<Integer> bounds = bounds(shape);
    return bounds.containsAll(required(alignment)) && keepsPositions(alignment, shape)
        ? Optional.of(of(shape, alignment.size()))
        : Optional.empty();
  }

  /** As few axes as the values allow, or nothing if they divide the space in ways that differ. */
  static Optional<Domain> fewest(Alignment alignment) {
    var dims = new ArrayList<Integer>();
    int low = 1;
    for (int bound : required(alignment)) {
      if (bound % low != 0) {
        return Optional.empty();
      }
      if (bound > low) {
        dims.addFirst(bound / low);
      }
      low = bound;
    }
    Shape shape = Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
    return keepsPositions(alignment, shape)
        ? Optional.of(of(shape, alignment.size()))
        : Optional.empty();
  }

  private static Domain of(Shape shape, int size) {
    return new Domain(shape, Segments.full(size).strides(shape).orElseThrow());
  }

  /** The strides at which a value begins or ends to depend on the index. */
  static TreeSet<Integer> required(Alignment alignment) {
    var required = new TreeSet<Integer>(List.of(1, alignment.size()));
    for (Node value : alignment.values()) {
      required.addAll(alignment.span(value).bounds());
      for (Node operand : alignment.operands(value)) {
        required.addAll(alignment.demand(value, operand).orElse(Segments.NONE).bounds());
      }
      if (value.op() instanceof Op.Iota iota && iota.shape().dim(iota.axis()) != 1) {
        int low = stride(alignment, value, iota);
        required.add(low);
        required.add(low * iota.shape().dim(iota.axis()));
      }
    }
    return required;
  }

  private static int stride(Alignment alignment, Node value, Op.Iota iota) {
    return alignment.span(value).strides(iota.shape()).orElseThrow()[iota.axis()];
  }

  private static TreeSet<Integer> bounds(Shape shape) {
    var bounds = new TreeSet<Integer>(List.of(1));
    for (int axis = 0; axis < shape.rank(); axis++) {
      bounds.add(shape.size(axis, shape.rank()));
    }
    return bounds;
  }

  /** Whether each axis whose positions are asked for is one axis of the shape. */
  private static boolean keepsPositions(Alignment alignment, Shape shape) {
    Domain domain = of(shape, alignment.size());
    for (Node value : alignment.values()) {
      if (value.op() instanceof Op.Iota iota
          && iota.shape().dim(iota.axis()) != 1
          && domain.axis(alignment, value, iota) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The axis along which the positions run, or −1 if it isn't one axis here. */
  int axis(Alignment alignment, Node value, Op.Iota iota) {
    int low = stride(alignment, value, iota);
    for (int axis = 0; axis < strides.length; axis++) {
      if (strides[axis] == low && shape.dim(axis) == iota.shape().dim(iota.axis())) {
        return axis;
      }
    }
    return -1;
  }

  /** The shape here of a value that spans the segments. */
  Shape narrow(Segments span) {
    int[] dims = shape.dims();
    for (int axis = 0; axis < dims.length; axis++) {
      if (!span.covers(strides[axis])) {
        dims[axis] = 1;
      }
    }
    return Shape.of(dims);
  }
}
