package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;
import java.util.Optional;

/**
 * A matrix product of fixed sizes, C = op(A)·op(B), with bias, rectification and batch as its
 * {@link GemmSpec} says.
 *
 * <p>Each element of C is one chain of fused multiply-adds over k, cut only at the fixed blocks of
 * {@link Blocking}: the result has the same bits at any number of threads. A run allocates nothing.
 * An instance serves one run at a time.
 */
public final class MatMul {
  /**
   * Floats of A that are packed at a time, if that is not less than one block of the sum: 16 MB.
   * The threads wait for each other after each time; with twice as much, it was too far from the
   * core.
   */
  private static final int MOST_PACKED = 1 << 22;

  /** Blocks of columns are cut by rows, too, if that is needed for so many tasks. */
  private static final int TASKS_A_THREAD = 2;

  /** Floats of A, about, that all columns read before the next rows: in the third-level cache. */
  private static final int GROUP_FLOATS = 1 << 21;

  /** Rows that make up for packing B for each group anew. */
  private static final int GROUP_ROWS = 1024;

  private final GemmSpec spec;
  private final Blocking blocking;
  private final KernelSet kernels;
  private final WorkerPool pool;
  private final Workspace workspace;
  private final TileEpilogue epilogue;
  private final int tile;
  private final int width;
  private final int panels;
  private final TileLayout directLayout;
  private final TileLayout panelLayout;
  private final int blockA;
  private final int sumsAtOnce;
  private final int sizeA;
  private final int sizeB;
  private final int sizeTile;
  private final int sizeWorker;
  private final int rowGroups;
  private final Optional<PanelsOfA> panelsOfA;
  private final PanelWriter panelsOfB;
  private final WorkerPool.Task packRowsTask = this::packRows;
  private final WorkerPool.Task packPanelTask = this::packPanel;
  private final WorkerPool.Task multiplyTask = this::multiply;
  private final WorkerPool.Task columnsTask = this::multiplyColumns;

  // The run that is going on.
  private float[] a = {};
  private float[] b = {};
  private float[] bias = {};
  private float[] c = {};
  private float[] scratch = {};
  private int ao;
  private int bo;
  private int biasOffset;
  private int co;
  private boolean packsB;
  private int item;
  private int firstSum;
  private int endSum;

  /** A product with scratch memory of its own and nothing done to its blocks. */
  public MatMul(GemmSpec spec, int lanes, WorkerPool pool) {
    this(spec, lanes, pool, new Workspace(), TileEpilogue.NONE);
  }

  /**
   * A product.
   *
   * @param spec the sizes
   * @param lanes floats in a vector: 16, 8 or 4
   * @param pool who does the work
   * @param workspace scratch memory, may be shared with operations that run at other times
   * @param epilogue what is done to each block of C when it is final
   */
  public MatMul(
      GemmSpec spec, int lanes, WorkerPool pool, Workspace workspace, TileEpilogue epilogue) {
    this.spec = spec;
    this.pool = pool;
    this.workspace = workspace;
    this.epilogue = epilogue;
    kernels = KernelSet.of(lanes);
    blocking = Blocking.of(spec, kernels);
    width = blocking.tile().vectors() * lanes;
    panels = Split.units(spec.n(), width);
    tile = blocking.tile().rows();
    int distanceA = spec.transA() ? 1 : spec.lda();
    int stepA = blocking.packA() ? tile : spec.transA() ? spec.lda() : 1;
    directLayout = TileLayout.even(tile, distanceA, stepA, spec.ldb());
    panelLayout = TileLayout.even(tile, distanceA, stepA, width);
    panelsOfA = blocking.packA() ? Optional.of(new PanelsOfA(spec, tile, lanes)) : Optional.empty();
    panelsOfB = spec.transB() ? new PanelTranspose(width, lanes) : new PanelCopy(width, lanes);
    blockA = panelsOfA.map(panels -> panels.size(blocking.maxSum())).orElse(0);
    sumsAtOnce = Math.clamp(MOST_PACKED / Math.max(1, blockA), 1, blocking.sums().parts());
    sizeA = blockA * sumsAtOnce;
    sizeB = blocking.packed() || spec.packedB() ? 0 : packedSize();
    sizeTile = Tiles.scratch(panelLayout, width);
    boolean packsPart = blocking.packed() && !spec.packedB();
    sizeWorker = sizeTile + (packsPart ? blocking.maxColumns() * blocking.maxSum() : 0);
    rowGroups = rowGroups();
    kernels.prepare(blocking.rows(), tile, spec.n(), width);
    workspace.reserve(sizeA + (blocking.packB() ? sizeB : 0L) + (long) sizeWorker * pool.threads());
  }

  /** Steps of A's sum that are packed for all tasks at a time; 0 if tasks read A in place. */
  public static int packedStepsOfA(GemmSpec spec, int lanes) {
    var blocking = Blocking.of(spec, KernelSet.of(lanes));
    return blocking.packA() ? blocking.maxSum() : 0;
  }

  /** Likewise of B; 0, too, if each task packs its part. */
  public static int packedStepsOfB(GemmSpec spec, int lanes) {
    var blocking = Blocking.of(spec, KernelSet.of(lanes));
    return blocking.packB() && !blocking.packed() ? blocking.maxSum() : 0;
  }

  /** Groups of rows: so many that there are enough tasks, and that all share a group's A. */
  private int rowGroups() {
    int tasks = Split.units(TASKS_A_THREAD * pool.threads(), blocking.columns().parts());
    int least = spec.packedB() ? tile : GROUP_ROWS;
    int near = Split.units(spec.m(), Math.max(least, GROUP_FLOATS / spec.k()));
    return Math.min(Math.max(tasks, near), blocking.rows().parts());
  }

  /** Floats of a packed B. */
  public int packedSize() {
    return panels * width * spec.k();
  }

  /** Packs B as stored at {@code b} for a product whose specification is prepacked. */
  public void packB(float[] b, int bo, float[] packed, int po) {
    for (int s = 0; s < blocking.sums().parts(); s++) {
      int k0 = blocking.sums().start(s);
      int steps = blocking.sums().start(s + 1) - k0;
      packColumns(b, bo, k0, steps, 0, spec.n(), packed, po + panels * width * k0);
    }
  }

  /** Computes C without a bias. */
  public void run(float[] a, int ao, float[] b, int bo, float[] c, int co) {
    run(a, ao, b, bo, Tiles.ZEROS, 0, c, co);
  }

  /** Computes C; the bias is ignored if the specification has none. */
  public void run(
      float[] a, int ao, float[] b, int bo, float[] bias, int biasOffset, float[] c, int co) {
    this.a = a;
    this.ao = ao;
    this.b = b;
    this.bo = bo;
    this.bias = bias;
    this.biasOffset = biasOffset;
    this.c = c;
    this.co = co;
    packsB = !blocking.packed() && !spec.packedB() && (blocking.packB() || !readableDirectly());
    if (packsB && !blocking.packB()) {
      workspace.reserve(sizeB + (long) sizeWorker * pool.threads());
    }
    scratch = workspace.floats();
    if (blocking.packed()) {
      runColumns();
    } else if (packsB) {
      runPacked();
    } else {
      pool.run(multiplyTask, spec.batch() * blocking.tasks());
    }
  }

  /** Whether whole vectors can be read to the end of the last row of B. */
  private boolean readableDirectly() {
    int padded = Split.units(spec.n(), kernels.lanes()) * kernels.lanes();
    long last = bo + (spec.batch() - 1L) * spec.strideB() + (spec.k() - 1L) * spec.ldb();
    return last + padded <= b.length;
  }

  private void runPacked() {
    for (item = 0; item < spec.batch(); item++) {
      pool.run(packPanelTask, panels);
      pool.run(multiplyTask, blocking.tasks());
    }
    item = 0;
  }

  /** Packs A, if at all, for all threads; B is packed by the tasks that read it. */
  private void runColumns() {
    int rowTasks = panelsOfA.isPresent() ? panelsOfA.get().tasks() : 0;
    for (item = 0; item < spec.batch(); item++) {
      for (firstSum = 0; firstSum < blocking.sums().parts(); firstSum = endSum) {
        endSum = Math.min(blocking.sums().parts(), firstSum + sumsAtOnce);
        pool.run(packRowsTask, (endSum - firstSum) * rowTasks);
        pool.run(columnsTask, rowGroups * blocking.columns().parts());
      }
    }
    item = 0;
  }

  private void packRows(int index, int worker) {
    var rows = panelsOfA.orElseThrow();
    int sum = index / rows.tasks();
    int k0 = blocking.sums().start(firstSum + sum);
    int steps = blocking.sums().start(firstSum + sum + 1) - k0;
    int from = ao + item * spec.strideA() + k0 * spec.lda();
    rows.pack(index % rows.tasks(), a, from, steps, scratch, sum * blockA);
  }

  private void packPanel(int panel, int worker) {
    int column = panel * width;
    int end = Math.min(spec.n(), column + width);
    packColumns(
        b, bo + item * spec.strideB(), 0, spec.k(), column, end, scratch, column * spec.k());
  }

  /** Packs a range of columns of a block of the sum. */
  private void packColumns(
      float[] b, int bo, int k0, int steps, int column0, int column1, float[] packed, int po) {
    int from = bo + (spec.transB() ? column0 * spec.ldb() + k0 : k0 * spec.ldb() + column0);
    panelsOfB.spread(b, from, spec.ldb(), steps, column1 - column0, packed, po, width * steps);
  }

  private void multiply(int index, int worker) {
    int tasks = blocking.tasks();
    int product = item + index / tasks;
    int rowPart = index % tasks % blocking.rows().parts();
    int columnPart = index % tasks / blocking.rows().parts();
    int column0 = blocking.columns().start(columnPart);
    int column1 = blocking.columns().start(columnPart + 1);
    multiplyPart(product, 0, worker, rowPart, column0, column1, packsB ? 0 : bo);
    finish(product, worker, rowPart, column0, column1);
  }

  /**
   * A block of columns and all rows of a group. Its part of B is packed into the second-level cache
   * and stays there.
   */
  private void multiplyColumns(int index, int worker) {
    int parts = blocking.rows().parts();
    int group = index / blocking.columns().parts();
    int part = index % blocking.columns().parts();
    int first = group * parts / rowGroups;
    int end = (group + 1) * parts / rowGroups;
    int column0 = blocking.columns().start(part);
    int column1 = blocking.columns().start(part + 1);
    for (int sum = firstSum; sum < endSum; sum++) {
      int base = spec.packedB() ? panelBase(sum) : packPart(sum, worker, column0, column1);
      for (int rowPart = first; rowPart < end; rowPart++) {
        multiplyPart(item, sum, worker, rowPart, column0, column1, base);
        if (sum + 1 == blocking.sums().parts()) {
          finish(item, worker, rowPart, column0, column1);
        }
      }
    }
  }

  /** Packs columns of B for this thread; returns where column 0 would be. */
  private int packPart(int sum, int worker, int column0, int column1) {
    int k0 = blocking.sums().start(sum);
    int steps = blocking.sums().start(sum + 1) - k0;
    int at = sizeA + worker * sizeWorker + sizeTile;
    packColumns(b, bo + item * spec.strideB(), k0, steps, column0, column1, scratch, at);
    return at - column0 * steps;
  }

  private void multiplyPart(
      int product, int sum, int worker, int rowPart, int column0, int column1, int baseB) {
    int row1 = blocking.rows().start(rowPart + 1);
    int rows;
    for (int row = blocking.rows().start(rowPart); row < row1; row += rows) {
      rows = kernels.rowsOf(row1 - row, tile);
      multiplyRows(product, sum, worker, row, rows, column0, column1, baseB);
    }
  }

  private void finish(int product, int worker, int rowPart, int column0, int column1) {
    int row0 = blocking.rows().start(rowPart);
    int row1 = blocking.rows().start(rowPart + 1);
    if (spec.relu()) {
      int at = co + product * spec.strideC() + row0 * spec.ldc() + column0;
      Rectifier.rows(c, at, spec.ldc(), row1 - row0, column1 - column0);
    }
    epilogue.apply(worker, product, row0, row1, column0, column1);
  }

  /** One row of tiles. */
  private void multiplyRows(
      int product, int sum, int worker, int row, int rows, int column0, int column1, int baseB) {
    int k0 = blocking.sums().start(sum);
    int steps = blocking.sums().start(sum + 1) - k0;
    boolean panelled = packsB || spec.packedB() || blocking.packed();
    var layout = panelled ? panelLayout : directLayout;
    var arrayA = blocking.packA() ? scratch : a;
    var arrayB = panelled && !spec.packedB() ? scratch : b;
    int offsetA = offsetA(product, sum, row, k0, steps);
    int rowC = co + product * spec.strideC() + row * spec.ldc();
    boolean adds = spec.accumulate() || sum > 0;
    var init = adds ? c : spec.bias() ? bias : Tiles.ZEROS;
    int ldi = adds ? spec.ldc() : 0;
    int tileScratch = sizeA + (packsB ? sizeB : 0) + worker * sizeWorker;
    int step;
    for (int column = column0; column < column1; column += step) {
      int left = column1 - column;
      int vectors = kernels.vectorsOf(left, (width - column % width) / kernels.lanes());
      step = vectors * kernels.lanes();
      int offsetB =
          panelled
              ? baseB + (column - column % width) * steps + column % width
              : directOffset(product, column);
      int io = adds ? rowC + column : spec.bias() ? biasOffset + column : 0;
      Tiles.run(
          kernels.kernel(rows, vectors),
          layout,
          0,
          1,
          steps,
          arrayA,
          offsetA,
          arrayB,
          offsetB,
          init,
          io,
          ldi,
          c,
          rowC + column,
          spec.ldc(),
          rows,
          Math.min(step, left),
          step,
          scratch,
          tileScratch);
    }
  }

  private int offsetA(int product, int sum, int row, int k0, int steps) {
    if (!blocking.packA()) {
      int start = ao + product * spec.strideA();
      return spec.transA() ? start + row + k0 * spec.lda() : start + row * spec.lda() + k0;
    }
    return (sum - firstSum) * blockA + (row - row % tile) * steps + row % tile;
  }

  private int directOffset(int product, int column) {
    return bo + product * spec.strideB() + column;
  }

  /** Where the panels of a block of the sum begin in a B that was packed before. */
  private int panelBase(int sum) {
    return bo + panels * width * blocking.sums().start(sum);
  }
}
