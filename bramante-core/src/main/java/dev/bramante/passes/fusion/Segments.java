package dev.bramante.passes.fusion;

import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which part of a kernel's index space a value spans. The index of an element of the whole space,
 * in row-major order, is a number in mixed radix; a value that is not repeated along some axes
 * depends on some of its digits. They are given by ranges of strides: {@code [low, high)} stands
 * for the digits between stride {@code low} and stride {@code high}.
 *
 * @param bounds low and high of each range, ascending; ranges don't touch
 */
record Segments(List<Integer> bounds) {
  /** Depends on nothing: one number. */
  static final Segments NONE = new Segments(List.of());

  /** The whole of a space of {@code size} elements. */
  static Segments full(int size) {
    return size == 1 ? NONE : new Segments(List.of(1, size));
  }

  /** The ranges in ascending order, as pairs, those that touch made one. */
  private static Segments joined(List<int[]> ranges) {
    var bounds = new ArrayList<Integer>();
    for (int[] range : ranges) {
      if (!bounds.isEmpty() && bounds.getLast() == range[0]) {
        bounds.removeLast();
      } else {
        bounds.add(range[0]);
      }
      bounds.add(range[1]);
    }
    return new Segments(List.copyOf(bounds));
  }

  /**
   * The lowest stride of each axis of a value of the shape that spans these segments (0 for axes of
   * size 1), or nothing if the shape doesn't fit.
   */
  Optional<int[]> strides(Shape shape) {
    int[] strides = new int[shape.rank()];
    int next = 0;
    int low = bounds.isEmpty() ? 0 : bounds.get(0);
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      int size = shape.dim(axis);
      if (size == 1) {
        continue;
      }
      if (next == bounds.size()) {
        return Optional.empty();
      }
      int high = bounds.get(next + 1);
      long end = (long) low * size;
      if (end > high || high % end != 0) {
        return Optional.empty();
      }
      strides[axis] = low;
      low = (int) end;
      if (low == high) {
        next += 2;
        low = next == bounds.size() ? 0 : bounds.get(next);
      }
    }
    return next == bounds.size() ? Optional.of(strides) : Optional.empty();
  }

  /** What remains of a value of the shape when only axes of another shape not of size 1 do. */
  Optional<Segments> keep(Shape shape, Shape narrow) {
    return strides(shape)
        .map(strides -> {
          var kept = new ArrayList<int[]>();
          for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            if (narrow.dim(axis) != 1) {
              kept.add(new int[] {strides[axis], strides[axis] * shape.dim(axis)});
            }
          }
          return joined(kept);
        });
  }

  /** Whether the digits from a stride on are part of this. */
  boolean covers(int stride) {
    for (int i = 0; i < bounds.size(); i += 2) {
      if (bounds.get(i) <= stride && stride < bounds.get(i + 1)) {
        return true;
      }
    }
    return false;
  }
}
