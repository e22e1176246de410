package dev.bramante.cpu.loops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A box of elements to copy between two row-major arrays, or to fill: adjacent axes that both
 * arrays walk through as one are merged, so that the last is as long a run as can be.
 */
final class Box {
  private final int[] dims;
  private final int[] from;
  private final int[] to;
  private final int fromStart;
  private final int toStart;
  private final int widest;

  /**
   * @param from distances in the source, for each axis; 1 for the last
   * @param to distances in the destination; 1 for the last
   */
  Box(int[] dims, int[] from, int fromStart, int[] to, int toStart) {
    List<int[]> axes = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 1) {
        continue;
      }
      addAxis(axes, dims[i], from[i], to[i]);
    }
    if (axes.isEmpty() || axes.getLast()[1] > 1 || axes.getLast()[2] > 1) {
      axes.add(new int[] {1, 1, 1});
    }
    this.dims = axes.stream().mapToInt(axis -> axis[0]).toArray();
    this.from = axes.stream().mapToInt(axis -> axis[1]).toArray();
    this.to = axes.stream().mapToInt(axis -> axis[2]).toArray();
    this.fromStart = fromStart;
    this.toStart = toStart;
    int best = 0;
    for (int i = 1; i < this.dims.length; i++) {
      best = this.dims[i] > this.dims[best] ? i : best;
    }
    widest = best;
  }

  /** Adds an axis (size, distances in source and destination) or lengthens the one before. */
  static void addAxis(List<int[]> axes, int size, int from, int to) {
    int[] last = axes.isEmpty() ? new int[] {0, -1, -1} : axes.getLast();
    if (last[1] == from * size && last[2] == to * size) {
      axes.set(axes.size() - 1, new int[] {last[0] * size, from, to});
    } else {
      axes.add(new int[] {size, from, to});
    }
  }

  long size() {
    return Arrays.stream(dims).asLongStream().reduce(1, (a, b) -> a * b);
  }

  boolean isEmpty() {
    return size() == 0;
  }

  /** Copies part {@code index} of {@code parts}. */
  void copy(
      Object source, int sourceOffset, Object target, int targetOffset, int index, int parts) {
    if (!isEmpty()) {
      copyAxis(0, source, sourceOffset + fromStart, target, targetOffset + toStart, index, parts);
    }
  }

  private void copyAxis(int axis, Object a, int ao, Object b, int bo, int index, int parts) {
    int start = start(axis, index, parts);
    int end = end(axis, index, parts);
    if (axis == dims.length - 1) {
      System.arraycopy(a, ao + start, b, bo + start, end - start);
    } else if (axis == dims.length - 2 && dims[axis + 1] == 1 && axis == widest) {
      copySingles(a, ao, b, bo, start, end);
    } else {
      for (int i = start; i < end; i++) {
        copyAxis(axis + 1, a, ao + i * from[axis], b, bo + i * to[axis], index, parts);
      }
    }
  }

  private void copySingles(Object a, int ao, Object b, int bo, int start, int end) {
    int stepA = from[dims.length - 2];
    int stepB = to[dims.length - 2];
    if (a instanceof float[] source) {
      float[] target = (float[]) b;
      for (int i = start; i < end; i++) {
        target[bo + i * stepB] = source[ao + i * stepA];
      }
    } else {
      int[] source = (int[]) a;
      int[] target = (int[]) b;
      for (int i = start; i < end; i++) {
        target[bo + i * stepB] = source[ao + i * stepA];
      }
    }
  }

  /** Only the widest axis is divided between the parts. */
  private int start(int axis, int index, int parts) {
    return axis == widest ? (int) ((long) dims[axis] * index / parts) : 0;
  }

  private int end(int axis, int index, int parts) {
    return axis == widest ? (int) ((long) dims[axis] * (index + 1) / parts) : dims[axis];
  }

  /** Fills part {@code index} of {@code parts} of the destination. */
  void fill(Object target, int targetOffset, float value, int index, int parts) {
    if (!isEmpty()) {
      fillAxis(0, target, targetOffset + toStart, value, index, parts);
    }
  }

  private void fillAxis(int axis, Object b, int bo, float value, int index, int parts) {
    int start = start(axis, index, parts);
    int end = end(axis, index, parts);
    if (axis < dims.length - 1) {
      for (int i = start; i < end; i++) {
        fillAxis(axis + 1, b, bo + i * to[axis], value, index, parts);
      }
    } else if (b instanceof float[] floats) {
      Arrays.fill(floats, bo + start, bo + end, value);
    } else {
      Arrays.fill((int[]) b, bo + start, bo + end, (int) value);
    }
  }
}
