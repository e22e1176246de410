package dev.bramante.cpu.loops;

import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.tensor.Shape;

/** The position of the first largest element along an axis: (x, int positions). */
final class ArgMaxLoop implements Loop, WorkerPool.Task {
  /** Elements above which threads share the work. */
  private static final long SHARED = 1 << 16;

  private final WorkerPool pool;
  private final int outer;
  private final int length;
  private final int stride;
  private final int tasks;
  private float[] x = {};
  private int xOffset;
  private int[] y = {};
  private int yOffset;

  ArgMaxLoop(Shape shape, int axis, WorkerPool pool) {
    this.pool = pool;
    outer = shape.size(0, axis);
    length = shape.dim(axis);
    stride = shape.size(axis + 1, shape.rank());
    boolean shared = shape.size() >= SHARED && pool.threads() > 1;
    tasks = shared ? Math.min(outer * stride, 4 * pool.threads()) : 1;
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    x = (float[]) arrays[0];
    xOffset = offsets[0];
    y = (int[]) arrays[1];
    yOffset = offsets[1];
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
    long results = (long) outer * stride;
    int end = (int) (results * (index + 1) / tasks);
    for (int i = (int) (results * index / tasks); i < end; i++) {
      int start = xOffset + i / stride * length * stride + i % stride;
      y[yOffset + i] = largest(x, start, stride, length);
    }
  }

  private static int largest(float[] x, int start, int stride, int length) {
    int best = 0;
    float most = x[start];
    for (int i = 1; i < length; i++) {
      float value = x[start + i * stride];
      if (value > most) {
        most = value;
        best = i;
      }
    }
    return best;
  }
}
