package dev.bramante.cpu.loops;

import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Transposes planes whose one axis is contiguous in the source and the other in the destination, in
 * blocks that stay in the first-level cache.
 */
final class TransposeLoop implements Loop, WorkerPool.Task {
  private static final int BLOCK = 16;

  /** Block along the source's axis where the other one is short. */
  private static final int LONG_BLOCK = 256;

  /** Elements above which threads share the work. */
  private static final long SHARED = 1 << 16;

  private final WorkerPool pool;
  private final int planes;
  private final int[] outerDims;
  private final int[] outerFrom;
  private final int[] outerTo;
  private final int inner;
  private final int innerTo;
  private final int cols;
  private final int colFrom;
  private final int block;
  private final int strips;
  private final int tasks;
  private Object source = new float[0];
  private Object target = source;
  private int sourceOffset;
  private int targetOffset;

  private TransposeLoop(WorkerPool pool, List<int[]> axes) {
    this.pool = pool;
    int[] last = axes.getLast();
    cols = last[0];
    colFrom = last[1];
    int[] contiguous = axes.stream().filter(axis -> axis[1] == 1).findFirst().orElseThrow();
    inner = contiguous[0];
    innerTo = contiguous[2];
    List<int[]> outer = axes.stream().filter(axis -> axis != last && axis != contiguous).toList();
    outerDims = outer.stream().mapToInt(axis -> axis[0]).toArray();
    outerFrom = outer.stream().mapToInt(axis -> axis[1]).toArray();
    outerTo = outer.stream().mapToInt(axis -> axis[2]).toArray();
    planes = Arrays.stream(outerDims).reduce(1, (a, b) -> a * b);
    block = cols < BLOCK ? LONG_BLOCK : BLOCK;
    strips = Part.ceil(inner, block);
    long size = (long) planes * inner * cols;
    tasks = size >= SHARED && pool.threads() > 1 ? 4 * pool.threads() : 1;
  }

  /** The loop for any permutation: a plain copy of runs where the last axis stays the last. */
  static Loop of(List<Integer> permutation, Shape x, Shape y, WorkerPool pool) {
    List<int[]> axes = new ArrayList<>();
    for (int i = 0; i < permutation.size(); i++) {
      int dim = y.dim(i);
      int from = x.strides()[permutation.get(i)];
      int to = y.strides()[i];
      if (dim == 1) {
        continue;
      }
      Box.addAxis(axes, dim, from, to);
    }
    if (axes.isEmpty() || axes.getLast()[1] == 1) {
      return BoxLoop.strided(
          axes.stream().mapToInt(axis -> axis[0]).toArray(),
          axes.stream().mapToInt(axis -> axis[1]).toArray(),
          axes.stream().mapToInt(axis -> axis[2]).toArray(),
          pool);
    }
    return new TransposeLoop(pool, axes);
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    source = arrays[0];
    sourceOffset = offsets[0];
    target = arrays[1];
    targetOffset = offsets[1];
  }

  @Override
  public void run() {
    if (tasks == 1) {
      run(0, 0);
    } else {
      pool.run(this, tasks);
    }
  }

  @Override
  public void run(int index, int worker) {
    long units = (long) planes * strips;
    int unit = (int) (units * index / tasks);
    int end = (int) (units * (index + 1) / tasks);
    for (; unit < end; unit++) {
      int plane = unit / strips;
      int from = sourceOffset;
      int to = targetOffset;
      for (int axis = outerDims.length - 1; axis >= 0; axis--) {
        int at = plane % outerDims[axis];
        plane /= outerDims[axis];
        from += at * outerFrom[axis];
        to += at * outerTo[axis];
      }
      strip(from, to, unit % strips * block);
    }
  }

  /** A block of the axis that is contiguous in the source, by all columns. */
  private void strip(int from, int to, int start) {
    int end = Math.min(start + block, inner);
    for (int col = 0; col < cols; col += BLOCK) {
      int colEnd = Math.min(col + BLOCK, cols);
      if (source instanceof float[] floats) {
        block(floats, from, (float[]) target, to, start, end, col, colEnd);
      } else {
        block((int[]) source, from, (int[]) target, to, start, end, col, colEnd);
      }
    }
  }

  private void block(
      float[] a, int ao, float[] b, int bo, int start, int end, int col, int colEnd) {
    if (colEnd - col < end - start) {
      for (int j = col; j < colEnd; j++) {
        int at = ao + j * colFrom;
        for (int i = start; i < end; i++) {
          b[bo + i * innerTo + j] = a[at + i];
        }
      }
      return;
    }
    for (int i = start; i < end; i++) {
      int at = bo + i * innerTo;
      for (int j = col; j < colEnd; j++) {
        b[at + j] = a[ao + i + j * colFrom];
      }
    }
  }

  private void block(int[] a, int ao, int[] b, int bo, int start, int end, int col, int colEnd) {
    if (colEnd - col < end - start) {
      for (int j = col; j < colEnd; j++) {
        int at = ao + j * colFrom;
        for (int i = start; i < end; i++) {
          b[bo + i * innerTo + j] = a[at + i];
        }
      }
      return;
    }
    for (int i = start; i < end; i++) {
      int at = bo + i * innerTo;
      for (int j = col; j < colEnd; j++) {
        b[at + j] = a[ao + i + j * colFrom];
      }
    }
  }
}
