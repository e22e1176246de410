package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * The gradient of a convolution with respect to its weights, dw from x and dy, of fixed sizes: a
 * tile is a run of taps by some filters, and each row of output pixels is one segment of its sum.
 *
 * <p>All tiles of a task sum over a block of rows that stays in the cache before they go on with
 * the next. Where dw is small, rows are cut into a fixed number of chunks whose sums are then added
 * in a fixed order, so results have the same bits at any number of threads. A run allocates
 * nothing. An instance serves one run at a time.
 */
public final class ConvWeightGradient {
  /** What a task reads of x and dy in one block should fit into half of a cache of 1 MB. */
  private static final int BLOCK_FLOATS = 96 * 1024;

  /** Floats of all chunks of dw together: 8 MB, which an outer cache holds. */
  private static final int CHUNK_FLOATS = 2 * 1024 * 1024;

  /** More would write and add up more partial sums than keeps 16 threads busy. */
  private static final int MAX_CHUNKS = 16;

  /** Floats of dw that are added up by one task. */
  private static final int ADD_FLOATS = 4096;

  /** Panels of a part. */
  private static final int PART_PANELS = 4;

  private final ConvSpec spec;
  private final KernelSet kernels;
  private final WorkerPool pool;
  private final Workspace workspace;
  private final Halo halo;
  private final WeightPanels panels;
  private final TileLayout[] layouts;
  private final Split chunks;
  private final Split tapParts;
  private final Split panelParts;
  private final int outHeight;
  private final int blockRows;
  private final int sizeHalo;
  private final int sizeTile;
  private final int sizeWeights;
  private final WorkerPool.Task sumTask = this::sum;
  private final WorkerPool.Task addTask = this::add;

  // The run that is going on.
  private float[] x = {};
  private float[] dy = {};
  private float[] dw = {};
  private float[] scratch = {};
  private int xo;
  private int dyo;
  private int dwo;

  /** A gradient with scratch memory of its own. */
  public ConvWeightGradient(ConvSpec spec, int lanes, WorkerPool pool) {
    this(spec, lanes, pool, new Workspace());
  }

  /**
   * A gradient.
   *
   * @param sizes sizes of the convolution
   * @param lanes floats in a vector: 16, 8 or 4
   * @param pool who does the work
   * @param workspace scratch memory, may be shared with operations that run at other times
   */
  public ConvWeightGradient(ConvSpec sizes, int lanes, WorkerPool pool, Workspace workspace) {
    this.spec = sizes.withLongRows();
    this.pool = pool;
    this.workspace = workspace;
    kernels = KernelSet.of(lanes);
    halo = new Halo(spec, pool);
    int width = kernels.panelVectors(spec.taps()) * lanes;
    panels = new WeightPanels(spec.taps(), spec.groups(), spec.groupFilters(), width);
    outHeight = spec.outHeight();
    sizeWeights = spec.taps() * spec.filters();
    int rows = spec.n() * outHeight;
    int tasks = Work.tasks(spec.multiplyAdds());
    blockRows = Math.clamp(BLOCK_FLOATS / rowFloats(), 1, rows);
    int mostChunks = Math.clamp(CHUNK_FLOATS / sizeWeights, 1, Split.units(rows, blockRows));
    chunks = Split.of(rows, 1, Math.min(Math.min(tasks, MAX_CHUNKS), mostChunks));
    int parts = Split.units(tasks, chunks.parts());
    panelParts = Split.of(panels.count(), PART_PANELS, parts);
    tapParts = Split.of(spec.taps(), kernels.maxRows(), Split.units(parts, panelParts.parts()));
    layouts = layouts();
    kernels.prepare(tapParts, spec.groupFilters(), width);
    sizeHalo = Math.toIntExact(Halo.size(spec));
    sizeTile = (kernels.maxRows() + 1) * width;
    workspace.reserve(needed(false));
  }

  /** Floats of x and dy behind a row of output pixels. */
  private int rowFloats() {
    return spec.strideHeight() * spec.paddedWidth() * spec.channels()
        + spec.outWidth() * spec.filters();
  }

  private long needed(boolean copiesGradient) {
    long gradient = (long) spec.n() * spec.outPixels() * spec.filters() + panels.width();
    return partials() + (chunks.parts() - 1L) * sizeWeights + (copiesGradient ? gradient : 0);
  }

  private int partials() {
    return sizeHalo + pool.threads() * sizeTile;
  }

  /** The layouts of the tiles, each at the index of its first tap. */
  private TileLayout[] layouts() {
    var segA = new int[outHeight + blockRows];
    for (int s = 0; s < segA.length; s++) {
      int rowStart = spec.pixelOffset(s % outHeight * spec.outWidth());
      segA[s] = s / outHeight * spec.paddedImage() + rowStart;
    }
    var result = new TileLayout[spec.taps()];
    for (int part = 0; part < tapParts.parts(); part++) {
      int end = tapParts.start(part + 1);
      int rows;
      for (int tap = tapParts.start(part); tap < end; tap += rows) {
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
    int segB = spec.outWidth() * spec.filters();
    return new TileLayout(rowA, TileLayout.multiples(rows, 1), stepA, spec.filters(), segA, segB);
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
    pool.run(sumTask, chunks.parts() * tapParts.parts() * panelParts.parts());
    if (chunks.parts() > 1) {
      pool.run(addTask, Split.units(sizeWeights, ADD_FLOATS));
    }
  }

  /** Whether whole vectors can be read to the end of the last pixel of dy. */
  private boolean readableDirectly() {
    int lanes = kernels.lanes();
    int overhang = Split.units(spec.groupFilters(), lanes) * lanes - spec.groupFilters();
    long end = dyo + (long) spec.n() * spec.outPixels() * spec.filters();
    return end + overhang <= dy.length;
  }

  private void sum(int index, int worker) {
    int chunk = index % chunks.parts();
    int tapPart = index / chunks.parts() % tapParts.parts();
    int panelPart = index / chunks.parts() / tapParts.parts();
    int row1 = chunks.start(chunk + 1);
    for (int row = chunks.start(chunk); row < row1; row += blockRows) {
      int rows = Math.min(blockRows, row1 - row);
      boolean first = row == chunks.start(chunk);
      sumBlock(chunk, worker, row, rows, first, tapPart, panelPart);
    }
  }

  /** All tiles of a task, over a block of rows. */
  private void sumBlock(
      int chunk, int worker, int row, int rows, boolean first, int tapPart, int panelPart) {
    int panel1 = panelParts.start(panelPart + 1);
    int tap1 = tapParts.start(tapPart + 1);
    for (int panel = panelParts.start(panelPart); panel < panel1; panel++) {
      int taps;
      for (int tap = tapParts.start(tapPart); tap < tap1; tap += taps) {
        taps = kernels.rowsOf(tap1 - tap);
        sumTaps(chunk, worker, row, rows, first, tap, taps, panel);
      }
    }
  }

  private void sumTaps(
      int chunk, int worker, int row, int rows, boolean first, int tap, int taps, int panel) {
    var layout = layouts[tap];
    int column = panels.column(panel);
    int columns = panels.columns(panel);
    int image = xo + row / outHeight * spec.paddedImage();
    int offsetX = image + panels.group(panel) * spec.groupChannels();
    int offsetY = dyo + row * layout.segB() + column;
    var sums = chunk == 0 ? dw : scratch;
    int base = chunk == 0 ? dwo : partials() + (chunk - 1) * sizeWeights;
    int at = base + tap * spec.filters() + column;
    int step;
    for (int j = 0; j < columns; j += step) {
      int vectors = kernels.vectorsOf(columns - j, panels.width() / kernels.lanes());
      step = vectors * kernels.lanes();
      var init = first ? Tiles.ZEROS : sums;
      Tiles.run(
          kernels.free(taps, vectors),
          layout,
          row % outHeight,
          rows,
          spec.outWidth(),
          x,
          offsetX,
          dy,
          offsetY + j,
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

  private void add(int index, int worker) {
    int from = index * ADD_FLOATS;
    int count = Math.min(ADD_FLOATS, sizeWeights - from);
    for (int distance = 1; distance < chunks.parts(); distance *= 2) {
      for (int chunk = 0; chunk + distance < chunks.parts(); chunk += 2 * distance) {
        int other = partials() + (chunk + distance - 1) * sizeWeights + from;
        if (chunk == 0) {
          plus(dw, dwo + from, scratch, other, count);
        } else {
          plus(scratch, partials() + (chunk - 1) * sizeWeights + from, scratch, other, count);
        }
      }
    }
  }

  private static void plus(float[] to, int at, float[] from, int fo, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] += from[fo + i];
    }
  }
}
