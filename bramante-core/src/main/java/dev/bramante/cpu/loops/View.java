package dev.bramante.cpu.loops;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * How a piece walks over a {@link Space}: adjacent axes that all operands walk through as one are
 * merged; then one axis is the columns, one the rows, and the others are outer.
 */
final class View {
  /** The last axis of each merged group, in order. */
  private final List<Integer> last = new ArrayList<>();

  private final List<Integer> sizes = new ArrayList<>();
  private final List<Boolean> reduced = new ArrayList<>();
  private final int col;
  private final int row;

  /**
   * @param dims the sizes of the axes to walk over; 1 for those left out
   * @param reducedAxes the axes that reductions remove
   * @param strides those of each operand
   */
  View(int[] dims, boolean[] reducedAxes, Collection<int[]> strides) {
    merge(dims, reducedAxes, strides);
    col = last.size() - 1;
    row =
        col >= 0 && !reduced.get(col) && reduced.contains(true)
            ? reduced.lastIndexOf(true)
            : col - 1;
  }

  private View(int[] dims, Collection<int[]> strides, boolean columns) {
    var apart = new boolean[dims.length];
    if (columns) {
      apart[dims.length - 1] = true;
    }
    merge(dims, apart, strides);
    col = columns ? last.size() - 1 : -1;
    row = columns ? col - 1 : last.size() - 1;
  }

  /**
   * A view whose columns are exactly the last axis, for work on rectangles.
   *
   * @param columns false if the last axis has size 1 and so is not among {@code dims}
   */
  static View ofTiles(int[] dims, Collection<int[]> strides, boolean columns) {
    return new View(dims, strides, columns);
  }

  private void merge(int[] dims, boolean[] reducedAxes, Collection<int[]> strides) {
    int previous = -1;
    for (int axis = 0; axis < dims.length; axis++) {
      if (dims[axis] == 1) {
        continue;
      }
      int top = last.size() - 1;
      if (top >= 0
          && reducedAxes[axis] == reducedAxes[previous]
          && merges(strides, previous, axis, dims[axis])) {
        last.set(top, axis);
        sizes.set(top, sizes.get(top) * dims[axis]);
      } else {
        last.add(axis);
        sizes.add(dims[axis]);
        reduced.add(reducedAxes[axis]);
      }
      previous = axis;
    }
  }

  private static boolean merges(Collection<int[]> strides, int axis, int next, int size) {
    for (int[] s : strides) {
      if (s[axis] != s[next] * size) {
        return false;
      }
    }
    return true;
  }

  int cols() {
    return col < 0 ? 1 : sizes.get(col);
  }

  int rows() {
    return row < 0 ? 1 : sizes.get(row);
  }

  /** How many frames of rows × columns there are. */
  int outers() {
    int count = 1;
    for (int axis = 0; axis < sizes.size(); axis++) {
      count *= isOuter(axis) ? sizes.get(axis) : 1;
    }
    return count;
  }

  private boolean isOuter(int axis) {
    return axis != col && axis != row;
  }

  int colStride(int[] strides) {
    return col < 0 ? 0 : strides[last.get(col)];
  }

  int rowStride(int[] strides) {
    return row < 0 ? 0 : strides[last.get(row)];
  }

  /** Strides of an array of the frame alone, for an operand over {@code axes} axes. */
  int[] frameStrides(int axes, int rowStride, int colStride) {
    var strides = new int[axes];
    if (row >= 0) {
      strides[last.get(row)] = rowStride;
    }
    if (col >= 0) {
      strides[last.get(col)] = colStride;
    }
    return strides;
  }

  boolean colReduced() {
    return col >= 0 && reduced.get(col);
  }

  boolean rowReduced() {
    return row >= 0 && reduced.get(row);
  }

  /** Whether any outer axis is removed by reductions. */
  boolean outerReduced() {
    for (int axis = 0; axis < sizes.size(); axis++) {
      if (isOuter(axis) && reduced.get(axis)) {
        return true;
      }
    }
    return false;
  }

  /** Where the operand is at the beginning of frame {@code outer}. */
  int outerOffset(int[] strides, int outer) {
    int offset = 0;
    int rest = outer;
    for (int axis = sizes.size() - 1; axis >= 0; axis--) {
      if (isOuter(axis)) {
        offset += rest % sizes.get(axis) * strides[last.get(axis)];
        rest /= sizes.get(axis);
      }
    }
    return offset;
  }
}
