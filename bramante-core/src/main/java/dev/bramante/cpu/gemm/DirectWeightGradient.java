package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * The weight gradient of a convolution, read where its operands lie: a tile is a run of taps by
 * some filters, and each row of output pixels is one segment of its sum.
 *
 * <p>All tiles of a task sum over a block of rows that stays in the cache before they go on with
 * the next. Where dw is small, rows are cut into a fixed number of chunks whose sums are then added
 * in a fixed order, so results have the same bits at any number of threads. A run allocates
 * nothing. An instance serves one run at a time.
 */
final class DirectWeightGradient {
  private final ConvSpec spec;
  private final KernelSet kernels;
  private final WorkerPool pool;
  private final Workspace workspace;
  private final Halo halo;
  private final WeightPanels panels;
  private final GradientBlocking blocking;
  private final ChunkSums chunkSums;
  private final TileLayout[] layouts;
  private final int outHeight;
  private final int sizeHalo;
  private final int sizeTile;
  private final int sizeWeights;
  private final WorkerPool.Task sumTask = this::sum;

  // The run that is going on.
  private float[] x = {};
  private float[] dy = {};
  private float[] dw = {};
  private float[] scratch = {};
  private int xo;
  private int dyo;
  private int dwo;

  DirectWeightGradient(ConvSpec sizes, int lanes, WorkerPool pool, Workspace workspace) {
    this.spec = sizes.withLongRows();
    this.pool = pool;
    this.workspace = workspace;
    kernels = KernelSet.of(lanes);
    halo = new Halo(spec, pool);
    int width = kernels.panelVectors(spec.taps()) * lanes;
    panels = new WeightPanels(spec.taps(), spec.groups(), spec.groupFilters(), width);
    outHeight = spec.outHeight();
    blocking = GradientBlocking.of(spec, panels, kernels);
    int tile = kernels.maxRows();
    layouts = layouts();
    kernels.prepare(blocking.taps(), spec.groupFilters(), width);
    sizeHalo = Math.toIntExact(Halo.size(spec));
    sizeTile = (tile + 1) * width;
    sizeWeights = spec.taps() * spec.filters();
    chunkSums = new ChunkSums(pool, blocking.chunks().parts(), sizeWeights);
    workspace.reserve(needed(false));
  }

  private long needed(boolean copiesGradient) {
    long gradient = (long) spec.n() * spec.outPixels() * spec.filters() + panels.width();
    return partials() + chunkSums.scratch() + (copiesGradient ? gradient : 0);
  }

  private int partials() {
    return Math.toIntExact(sizeHalo + (long) pool.threads() * sizeTile);
  }

  /** The layouts of the tiles, each at the index of its first tap. */
  private TileLayout[] layouts() {
    var segA = new int[outHeight + blocking.blockRows()];
    for (int s = 0; s < segA.length; s++) {
      int rowStart = spec.pixelOffset(s % outHeight * spec.outWidth());
      segA[s] = s / outHeight * spec.paddedImage() + rowStart;
    }
    var result = new TileLayout[spec.taps()];
    for (int part = 0; part < blocking.taps().parts(); part++) {
      int end = blocking.taps().start(part + 1);
      int rows;
      for (int tap = blocking.taps().start(part); tap < end; tap += rows) {
        rows = kernels.rowsOf(end - tap);
        result[tap] = layout(tap, rows, segA);
      }
    }
    return result;
  }

  private TileLayout layout(int tap, int rows, int[] segA) {
    var rowA = new int[rows];
    for (int i = 0; i < rows; i++) {
      rowA[i] = spec.tapOffset(tap + i);
    }
    int stepA = spec.strideWidth() * spec.channels();
    int stepB = spec.filters();
    int segB = spec.outWidth() * stepB;
    return new TileLayout(rowA, TileLayout.multiples(rows, 1), stepA, stepB, segA, segB);
  }

  /** Computes dw. */
  public void run(float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
    this.x = x;
    this.xo = xo;
    this.dy = dy;
    this.dyo = dyo;
    this.dw = dw;
    this.dwo = dwo;
    boolean copies = !readableDirectly();
    workspace.reserve(needed(copies));
    scratch = workspace.floats();
    if (spec.isPadded()) {
      halo.fill(x, xo, scratch, 0);
      this.x = scratch;
      this.xo = 0;
    }
    if (copies) {
      int to = Math.toIntExact(needed(false));
      System.arraycopy(dy, dyo, scratch, to, spec.n() * spec.outPixels() * spec.filters());
      this.dy = scratch;
      this.dyo = to;
    }
    pool.run(sumTask, blocking.tasks());
    chunkSums.run(dw, dwo, scratch, partials());
  }

  /** Whether whole vectors can be read to the end of the last pixel of dy. */
  private boolean readableDirectly() {
    int lanes = kernels.lanes();
    int overhang = Split.units(spec.groupFilters(), lanes) * lanes - spec.groupFilters();
    long end = dyo + (long) spec.n() * spec.outPixels() * spec.filters();
    return end + overhang <= dy.length;
  }

  private void sum(int index, int worker) {
    var chunks = blocking.chunks();
    int chunk = index % chunks.parts();
    int part = index / chunks.parts();
    int row1 = chunks.start(chunk + 1);
    for (int row = chunks.start(chunk); row < row1; row += blocking.blockRows()) {
      int rows = Math.min(blocking.blockRows(), row1 - row);
      sumBlock(chunk, worker, row, rows, row == chunks.start(chunk), part);
    }
  }

  /** All tiles of a task, over a block of rows. */
  private void sumBlock(int chunk, int worker, int row, int rows, boolean first, int part) {
    int tapPart = part % blocking.taps().parts();
    int panelPart = part / blocking.taps().parts();
    int panel0 = blocking.panels().start(panelPart);
    int panel1 = blocking.panels().start(panelPart + 1);
    int tap1 = blocking.taps().start(tapPart + 1);
    int taps;
    for (int tap = blocking.taps().start(tapPart); tap < tap1; tap += taps) {
      taps = kernels.rowsOf(tap1 - tap);
      for (int panel = panel0; panel < panel1; panel++) {
        sumTile(chunk, worker, row, rows, first, tap, taps, panel);
      }
    }
  }

  private void sumTile(
      int chunk, int worker, int row, int rows, boolean first, int tap, int taps, int panel) {
    var layout = layouts[tap];
    int column = panels.column(panel);
    int columns = panels.columns(panel);
    int image = xo + row / outHeight * spec.paddedImage();
    int a = image + panels.group(panel) * spec.groupChannels();
    int b = dyo + row * layout.segB() + column;
    var sums = chunk == 0 ? dw : scratch;
    int base = chunk == 0 ? dwo : partials() + (chunk - 1) * sizeWeights;
    int at = base + tap * spec.filters() + column;
    int step;
    for (int j = 0; j < columns; j += step) {
      int vectors = kernels.vectorsOf(columns - j, panels.width() / kernels.lanes());
      step = vectors * kernels.lanes();
      var init = first ? Tiles.ZEROS : sums;
      Tiles.run(
          kernels.kernel(taps, vectors),
          layout,
          row % outHeight,
          rows,
          spec.outWidth(),
          x,
          a,
          dy,
          b + j,
          init,
          first ? 0 : at + j,
          first ? 0 : spec.filters(),
          sums,
          at + j,
          spec.filters(),
          taps,
          Math.min(step, columns - j),
          step,
          scratch,
          sizeHalo + worker * sizeTile);
    }
  }
}
