package dev.bramante.reference;

import dev.bramante.graph.Type;
import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Operations that move elements without computing with them, and scatter-add, which nearly does.
 */
final class Movement {
  private Movement() {}

  static Array broadcast(Array x, Type type) {
    return picked(x, type, places(x.shape(), type.shape()));
  }

  static Array transpose(Array x, List<Integer> permutation, Type type) {
    int[] strides = x.shape().strides();
    int[] moved = permutation.stream().mapToInt(axis -> strides[axis]).toArray();
    return picked(x, type, places(type.shape(), moved, 0));
  }

  static Array slice(Array x, List<Integer> starts, Type type) {
    int[] strides = x.shape().strides();
    return picked(x, type, places(type.shape(), strides, offset(starts, strides)));
  }

  static Array concat(List<Array> operands, int axis, Type type) {
    Array result = Array.zeros(type);
    int[] strides = type.shape().strides();
    int start = 0;
    for (Array operand : operands) {
      put(operand, result, places(operand.shape(), strides, start * strides[axis]));
      start += operand.shape().dim(axis);
    }
    return result;
  }

  static Array pad(Array x, List<Integer> before, float border, Type type) {
    Array result = Array.zeros(type);
    Arrays.fill(result.values(), border);
    int[] strides = type.shape().strides();
    put(x, result, places(x.shape(), strides, offset(before, strides)));
    return result;
  }

  static Array replaceRows(Array tables, Array rows, Array first) {
    double[] result = tables.values().clone();
    Shape shape = tables.shape();
    int row = shape.size(2, shape.rank());
    int count = rows.shape().dim(1);
    for (int b = 0; b < shape.dim(0); b++) {
      int at = (int) first.at(first.shape().size() == 1 ? 0 : b);
      if (at < 0 || at + count > shape.dim(1)) {
        throw new IndexOutOfBoundsException("no rows from " + at + " on in " + tables);
      }
      int to = (b * shape.dim(1) + at) * row;
      System.arraycopy(rows.values(), b * count * row, result, to, count * row);
    }
    return new Array(tables.type(), result);
  }

  static Array gather(Array table, Array ids, Type type) {
    Array result = Array.zeros(type);
    int row = table.shape().size(1, table.shape().rank());
    for (int i = 0; i < ids.values().length; i++) {
      int from = id(ids, i, table.shape().dim(0)) * row;
      System.arraycopy(table.values(), from, result.values(), i * row, row);
    }
    return result;
  }

  static Array scatterAdd(Array ids, Array updates, Type type) {
    Array result = Array.zeros(type);
    int row = type.shape().size(1, type.shape().rank());
    for (int i = 0; i < ids.values().length; i++) {
      int to = id(ids, i, type.shape().dim(0)) * row;
      for (int j = 0; j < row; j++) {
        result.values()[to + j] += updates.at(i * row + j);
      }
    }
    return result;
  }

  private static int id(Array ids, int index, int rows) {
    double id = ids.at(index);
    if (id < 0 || id >= rows) {
      throw new IllegalArgumentException(
          "id %.0f is outside a table of %d rows".formatted(id, rows));
    }
    return (int) id;
  }

  /**
   * For each element of {@code large}, in order, the index of the element of {@code small} that is
   * repeated to it; the shapes have one rank, and {@code small} has size 1 where they differ.
   */
  static int[] places(Shape small, Shape large) {
    int[] strides = small.strides();
    for (int i = 0; i < strides.length; i++) {
      if (small.dim(i) == 1) {
        strides[i] = 0;
      }
    }
    return places(large, strides, 0);
  }

  /** For each element of the shape, in order, the offset plus its coordinates times the strides. */
  private static int[] places(Shape shape, int[] strides, int offset) {
    int[] places = new int[shape.size()];
    int[] at = new int[shape.rank()];
    int place = offset;
    for (int i = 0; i < places.length; i++) {
      places[i] = place;
      for (int axis = at.length - 1; axis >= 0; axis--) {
        place += strides[axis];
        if (++at[axis] < shape.dim(axis)) {
          break;
        }
        place -= at[axis] * strides[axis];
        at[axis] = 0;
      }
    }
    return places;
  }

  private static int offset(List<Integer> starts, int[] strides) {
    int offset = 0;
    for (int i = 0; i < strides.length; i++) {
      offset += starts.get(i) * strides[i];
    }
    return offset;
  }

  private static Array picked(Array from, Type type, int[] places) {
    Array result = Array.zeros(type);
    Arrays.setAll(result.values(), i -> from.at(places[i]));
    return result;
  }

  private static void put(Array from, Array into, int[] places) {
    for (int i = 0; i < places.length; i++) {
      into.values()[places[i]] = from.at(i);
    }
  }
}
