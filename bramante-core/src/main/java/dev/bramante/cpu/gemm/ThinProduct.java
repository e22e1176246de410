package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * C[m, n] = X[m, k] · Wᵀ for few rows X and a large W [n, k], as when texts are continued: it reads
 * W once, at the rate of the memory, in the form in which it is stored, and computes in single
 * precision. What it gives for a row of X doesn't depend on the others, nor on threads.
 *
 * <p>An instance serves one run at a time.
 */
public final class ThinProduct {
  /** The most rows of X for which reading W decides. */
  public static final int MOST_ROWS = 16;

  /** Below so many elements W is in a cache, where packed panels are read faster. */
  private static final int FEWEST_WEIGHTS = 1 << 18;

  /** Rows of X that meet a row of W at once. */
  private static final int GROUP = 4;

  /** Bytes of W that a task reads: long enough for the prefetcher, short enough to share out. */
  private static final int TASK_BYTES = 1 << 17;

  /** Rows of W of a task at most: what is kept of each is some vectors. */
  private static final int MOST_COLUMNS = 256;

  private final Sizes sizes;
  private final ThinRows rows;
  private final WorkerPool pool;
  private final Workspace workspace;
  private final TileEpilogue epilogue;
  private final Split columns;
  private final ThinOperand operand;
  private final int groups;
  private final int room;
  private final WorkerPool.Task task = this::multiply;

  // The run that is going on.
  private Object w = new float[0];
  private int wo;
  private float[] scales = {};
  private int so;
  private float[] bias = {};
  private int bo;
  private float[] c = {};
  private int co;
  private float[] scratch = {};

  /** The element type of W. */
  public enum Form {
    /** {@code float[]}, row-major. */
    F32,
    /** {@code int[]} as {@link CompactForm#BF16} has it. */
    BF16,
    /** {@code int[]} as {@link CompactForm#I8} has it, with a scale for each row. */
    I8
  }

  /**
   * What is multiplied.
   *
   * @param m rows of X, few
   * @param n rows of W
   * @param k length of the rows
   * @param bias whether a vector [n] is added
   * @param relu whether negative results then become 0
   */
  public record Sizes(int m, int n, int k, Form form, boolean bias, boolean relu) {}

  /**
   * A product.
   *
   * @param lanes floats in a vector: 16, 8 or 4
   * @param workspace scratch memory, may be shared with operations that run at other times
   * @param epilogue what is done to each block of C when it is final
   */
  public ThinProduct(
      Sizes sizes, int lanes, WorkerPool pool, Workspace workspace, TileEpilogue epilogue) {
    this.sizes = sizes;
    this.rows = ThinWidth.of(lanes, sizes.form);
    this.pool = pool;
    this.workspace = workspace;
    this.epilogue = epilogue;
    int share =
        switch (sizes.form) {
          case F32 -> 1;
          case BF16 -> CompactForm.BF16.elements() / CompactForm.BLOCK;
          case I8 -> CompactForm.I8.elements() / CompactForm.BLOCK;
        };
    this.operand = new ThinOperand(sizes.k, lanes, share, sizes.m == 1 ? 1 : GROUP);
    this.groups = Split.units(sizes.m, GROUP);
    long count = Math.clamp(TASK_BYTES / rowBytes(), 1, MOST_COLUMNS);
    this.columns = Split.of(sizes.n, 1, Split.units(sizes.n, (int) count));
    this.room = operand.group() * lanes * (Split.units(sizes.n, columns.parts()) + 1);
    workspace.reserve((long) groups * operand.size() + (long) room * pool.threads());
  }

  /** Whether a product of these sizes is read faster so than from packed panels. */
  public static boolean pays(int m, int n, int k) {
    return m <= MOST_ROWS && (long) n * k >= FEWEST_WEIGHTS;
  }

  private long rowBytes() {
    return switch (sizes.form) {
      case F32 -> 4L * sizes.k;
      case BF16 -> 4L * CompactForm.BF16.ints(sizes.k);
      case I8 -> 4L * CompactForm.I8.ints(sizes.k);
    };
  }

  /**
   * Computes C.
   *
   * @param w a {@code float[]} or {@code int[]} as the form has it
   * @param scales of the rows of W, where its elements are integers
   * @param bias ignored if there is none
   */
  public void run(
      float[] x,
      int xo,
      Object w,
      int wo,
      float[] scales,
      int so,
      float[] bias,
      int bo,
      float[] c,
      int co) {
    this.w = w;
    this.wo = wo;
    this.scales = scales;
    this.so = so;
    this.bias = bias;
    this.bo = bo;
    this.c = c;
    this.co = co;
    scratch = workspace.floats();
    for (int group = 0; group < groups; group++) {
      int row = group * GROUP;
      operand.pack(x, xo + row * sizes.k, sizes.m - row, scratch, group * operand.size());
    }
    pool.run(task, columns.parts());
  }

  private void multiply(int index, int worker) {
    int first = columns.start(index);
    int end = columns.start(index + 1);
    int y = groups * operand.size() + worker * room;
    int count = end - first;
    for (int group = 0; group < groups; group++) {
      products(first, count, group * operand.size(), y);
      for (int i = group * GROUP; i < Math.min(sizes.m, (group + 1) * GROUP); i++) {
        int from = y + (i - group * GROUP) * operand.lanes();
        fold(scratch, from, count, operand.group(), operand.lanes(), c, co + i * sizes.n + first);
        finish(first, count, co + i * sizes.n + first);
      }
    }
    epilogue.apply(worker, 0, 0, sizes.m, first, end);
  }

  private void products(int first, int count, int x, int y) {
    if (sizes.form == Form.F32) {
      var floats = (float[]) w;
      int at = wo + first * sizes.k;
      if (sizes.m == 1) {
        rows.floats(floats, at, count, sizes.k, scratch, x, scratch, y);
      } else {
        rows.fourOfFloats(floats, at, count, sizes.k, scratch, x, scratch, y);
      }
      return;
    }
    var ints = (int[]) w;
    var form = sizes.form == Form.BF16 ? CompactForm.BF16 : CompactForm.I8;
    int length = form.ints(sizes.k);
    int at = wo + first * length;
    if (sizes.form == Form.BF16) {
      if (sizes.m == 1) {
        rows.halves(ints, at, count, length, scratch, x, scratch, y);
      } else {
        rows.fourOfHalves(ints, at, count, length, scratch, x, scratch, y);
      }
    } else if (sizes.m == 1) {
      rows.bytes(ints, at, count, length, scratch, x, scratch, y);
    } else {
      rows.fourOfBytes(ints, at, count, length, scratch, x, scratch, y);
    }
  }

  /** Adds the lanes of each sum, in an order that the Vector API doesn't promise. */
  private static void fold(
      float[] sums, int at, int count, int group, int lanes, float[] y, int yo) {
    for (int i = 0; i < count; i++) {
      int from = at + i * group * lanes;
      float sum = 0;
      for (int lane = 0; lane < lanes; lane += 4) {
        float low = sums[from + lane] + sums[from + lane + 1];
        float high = sums[from + lane + 2] + sums[from + lane + 3];
        sum += low + high;
      }
      y[yo + i] = sum;
    }
  }

  /** Scales the products of one row, adds the bias and rectifies. */
  private void finish(int first, int count, int to) {
    if (sizes.form == Form.I8) {
      scale(c, to, scales, so + first, count);
    }
    if (sizes.bias) {
      add(c, to, bias, bo + first, count);
    }
    if (sizes.relu) {
      Rectifier.rows(c, to, count, 1, count);
    }
  }

  private static void scale(float[] y, int yo, float[] scales, int so, int count) {
    for (int i = 0; i < count; i++) {
      y[yo + i] *= 0x1p-24f * scales[so + i];
    }
  }

  private static void add(float[] y, int yo, float[] bias, int bo, int count) {
    for (int i = 0; i < count; i++) {
      y[yo + i] += bias[bo + i];
    }
  }
}
