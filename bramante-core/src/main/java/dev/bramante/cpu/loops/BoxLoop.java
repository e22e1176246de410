package dev.bramante.cpu.loops;

import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Copies that leave the order of elements: slices, concatenations, paddings and plain copies. */
final class BoxLoop implements Loop, WorkerPool.Task {
  /** Elements above which threads share the work. */
  private static final long SHARED = 1 << 17;

  /**
   * One box.
   *
   * @param operand the input it is copied from, or −1 to fill
   */
  private record Step(Box box, int operand, float value) {}

  private final WorkerPool pool;
  private final List<Step> steps = new ArrayList<>();
  private final int tasks;
  private Object[] arrays = {};
  private int[] offsets = {};

  private BoxLoop(WorkerPool pool, List<Step> steps) {
    this.pool = pool;
    long size = 0;
    for (Step step : steps) {
      if (!step.box().isEmpty()) {
        this.steps.add(step);
        size += step.box().size();
      }
    }
    tasks = size >= SHARED && pool.threads() > 1 ? 4 * pool.threads() : 1;
  }

  static BoxLoop copy(Shape shape, WorkerPool pool) {
    var box = new Box(shape.dims(), shape.strides(), 0, shape.strides(), 0);
    return new BoxLoop(pool, List.of(new Step(box, 0, 0)));
  }

  static BoxLoop slice(Op.Slice op, Shape x, WorkerPool pool) {
    int start = at(x.strides(), op.starts());
    var box = new Box(op.shape().dims(), x.strides(), start, op.shape().strides(), 0);
    return new BoxLoop(pool, List.of(new Step(box, 0, 0)));
  }

  static BoxLoop concat(Op.Concat op, List<Shape> inputs, Shape y, WorkerPool pool) {
    var steps = new ArrayList<Step>();
    int start = 0;
    for (int i = 0; i < inputs.size(); i++) {
      Shape x = inputs.get(i);
      var box = new Box(x.dims(), x.strides(), 0, y.strides(), start);
      steps.add(new Step(box, i, 0));
      start += x.dim(op.axis()) * y.strides()[op.axis()];
    }
    return new BoxLoop(pool, steps);
  }

  /** The operand in the middle, and for each axis a slab before and one behind. */
  static BoxLoop pad(Op.Pad op, Shape x, Shape y, WorkerPool pool) {
    var steps = new ArrayList<Step>();
    int[] to = y.strides();
    steps.add(new Step(new Box(x.dims(), x.strides(), 0, to, at(to, op.before())), 0, 0));
    int[] slab = y.dims();
    int start = 0;
    for (int axis = 0; axis < slab.length; axis++) {
      int inner = start + op.before().get(axis) * to[axis];
      slab[axis] = op.before().get(axis);
      steps.add(new Step(new Box(slab, to, 0, to, start), -1, op.value()));
      slab[axis] = op.after().get(axis);
      int behind = inner + x.dim(axis) * to[axis];
      steps.add(new Step(new Box(slab, to, 0, to, behind), -1, op.value()));
      slab[axis] = x.dim(axis);
      start = inner;
    }
    return new BoxLoop(pool, steps);
  }

  /** Copies with other distances in the source; the last axis is 1 apart in both. */
  static BoxLoop strided(int[] dims, int[] from, int[] to, WorkerPool pool) {
    return new BoxLoop(pool, List.of(new Step(new Box(dims, from, 0, to, 0), 0, 0)));
  }

  private static int at(int[] strides, List<Integer> starts) {
    int at = 0;
    for (int i = 0; i < strides.length; i++) {
      at += strides[i] * starts.get(i);
    }
    return at;
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    this.arrays = arrays.clone();
    this.offsets = offsets.clone();
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
    int out = arrays.length - 1;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.operand() < 0) {
        step.box().fill(arrays[out], offsets[out], step.value(), index, tasks);
      } else {
        int in = step.operand();
        step.box().copy(arrays[in], offsets[in], arrays[out], offsets[out], index, tasks);
      }
    }
  }
}
