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
  /** Floats of dw that are added up by one task. */
  private static final int ADD_FLOATS = 4096;

  private final ConvSpec spec;
  private final KernelSet kernels;
  private final WorkerPool pool;
  private final Workspace workspace;
  private final Halo halo;
  private final WeightPanels panels;
  private final GradientBlocking blocking;
  private final TileLayout[] layouts;
  private final TileLayout packedLayout;
  private final PanelCopy copyX;
  private final PanelCopy copyY;
  private final int outHeight;
  private final int blockPixels;
  private final int sizeHalo;
  private final int sizeTile;
  private final int sizeX;
  private final int sizeY;
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
    blocking = GradientBlocking.of(spec, panels, kernels);
    blockPixels = blocking.blockRows() * spec.outWidth();
    int tile = kernels.maxRows();
    layouts = layouts();
    packedLayout = TileLayout.even(tile, 1, tile, width);
    kernels.prepare(blocking.taps(), spec.groupFilters(), width);
    sizeHalo = Math.toIntExact(Halo.size(spec));
    sizeTile = (tile + 1) * width;
    copyX = new PanelCopy(tile, lanes);
    copyY = new PanelCopy(width, lanes);
    sizeX = blocking.packsX() ? tile * blockPixels + copyX.overhang() : 0;
    sizeY = blocking.packsY() ? blocking.partPanels() * width * blockPixels : 0;
    sizeWeights = spec.taps() * spec.filters();
    workspace.reserve(needed(false));
  }

  private long needed(boolean copiesGradient) {
    long gradient = (long) spec.n() * spec.outPixels() * spec.filters() + panels.width();
    long chunks = (blocking.chunks().parts() - 1L) * sizeWeights;
    return partials() + chunks + (copiesGradient ? gradient : 0);
  }

  /** Scratch memory of a worker: a packed tile of x, a packed block of dy, a tile of results. */
  private int sizeWorker() {
    return sizeX + sizeY + sizeTile;
  }

  private int partials() {
    return Math.toIntExact(sizeHalo + (long) pool.threads() * sizeWorker());
  }

  /** The layouts of the tiles, each at the index of its first tap. */
  private TileLayout[] layouts() {
    if (blocking.packsX()) {
      return new TileLayout[0];
    }
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
    int stepB = blocking.packsY() ? panels.width() : spec.filters();
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
    boolean copies = !blocking.packsY() && !readableDirectly();
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
    if (blocking.chunks().parts() > 1) {
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
    if (blocking.packsY()) {
      packResults(worker, row, rows, panel0, panel1);
    }
    int tap1 = blocking.taps().start(tapPart + 1);
    int taps;
    for (int tap = blocking.taps().start(tapPart); tap < tap1; tap += taps) {
      taps = kernels.rowsOf(tap1 - tap);
      if (blocking.packsX()) {
        packTaps(worker, row, rows, tap, taps);
      }
      for (int panel = panel0; panel < panel1; panel++) {
        sumTile(chunk, worker, row, rows, first, tap, taps, panel, panel - panel0);
      }
    }
  }

  /** Copies a block of dy into panels. */
  private void packResults(int worker, int row, int rows, int panel0, int panel1) {
    int pixels = rows * spec.outWidth();
    int column = panels.column(panel0);
    int from = dyo + row * spec.outWidth() * spec.filters() + column;
    int columns = panels.column(panel1) - column;
    int distance = blockPixels * panels.width();
    copyY.spread(dy, from, spec.filters(), pixels, columns, scratch, offsetY(worker), distance);
  }

  /** Copies what the taps of a tile read of x into a panel. */
  private void packTaps(int worker, int row, int rows, int tap, int taps) {
    int tile = kernels.maxRows();
    int at = offsetX(worker);
    int stepX = spec.strideWidth() * spec.channels();
    for (int r = row; r < row + rows; r++) {
      int image = xo + r / outHeight * spec.paddedImage();
      int from = image + spec.pixelOffset(r % outHeight * spec.outWidth());
      int i = 0;
      while (i < taps) {
        int run = Math.min(taps - i, spec.contiguousTaps() - (tap + i) % spec.contiguousTaps());
        int start = from + spec.tapOffset(tap + i);
        if (run == tile) {
          copyX.run(x, start, stepX, spec.outWidth(), run, scratch, at);
        } else {
          Packing.rows(x, start, stepX, spec.outWidth(), run, scratch, at + i, tile);
        }
        i += run;
      }
      at += spec.outWidth() * tile;
    }
  }

  private int offsetX(int worker) {
    return sizeHalo + worker * sizeWorker();
  }

  private int offsetY(int worker) {
    return offsetX(worker) + sizeX;
  }

  private void sumTile(
      int chunk,
      int worker,
      int row,
      int rows,
      boolean first,
      int tap,
      int taps,
      int panel,
      int place) {
    boolean packsX = blocking.packsX();
    boolean packsY = blocking.packsY();
    var layout = packsX ? packedLayout : layouts[tap];
    int column = panels.column(panel);
    int columns = panels.columns(panel);
    int image = xo + row / outHeight * spec.paddedImage();
    int a = packsX ? offsetX(worker) : image + panels.group(panel) * spec.groupChannels();
    int b =
        packsY
            ? offsetY(worker) + place * blockPixels * panels.width()
            : dyo + row * layout.segB() + column;
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
          packsX ? 0 : row % outHeight,
          packsX ? 1 : rows,
          packsX ? rows * spec.outWidth() : spec.outWidth(),
          packsX ? scratch : x,
          a,
          packsY ? scratch : dy,
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
          offsetX(worker) + sizeX + sizeY);
    }
  }

  private void add(int index, int worker) {
    int from = index * ADD_FLOATS;
    int count = Math.min(ADD_FLOATS, sizeWeights - from);
    for (int distance = 1; distance < blocking.chunks().parts(); distance *= 2) {
      for (int chunk = 0; chunk + distance < blocking.chunks().parts(); chunk += 2 * distance) {
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
