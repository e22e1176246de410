package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * The weight gradient of a convolution with many taps and filters: both operands of a block of
 * pixels are copied into panels, in the order in which memory holds them, and stay in the cache
 * until all tiles of a task have summed over them.
 *
 * <p>What is copied and how the sums are cut depends on sizes alone, so results have the same bits
 * at any number of threads. A run allocates nothing. An instance serves one run at a time.
 */
final class PackedWeightGradient {
  /** What keeps panels from sharing sets of the cache. */
  private static final int PADDING = 16;

  private final ConvSpec spec;
  private final KernelSet kernels;
  private final WorkerPool pool;
  private final Workspace workspace;
  private final WeightPanels panels;
  private final PackedBlocking blocking;
  private final TapPacking copyX;
  private final PanelCopy copyY;
  private final ChunkSums chunkSums;
  private final TileLayout layout;
  private final int tile;
  private final int run;
  private final int group;
  private final int distanceX;
  private final int distanceY;
  private final int sizeX;
  private final int sizeY;
  private final int sizeTile;
  private final WorkerPool.Task task = this::sum;

  // The run that is going on.
  private float[] x = {};
  private float[] dy = {};
  private float[] dw = {};
  private float[] scratch = {};
  private int xo;
  private int dyo;
  private int dwo;

  PackedWeightGradient(ConvSpec spec, int lanes, WorkerPool pool, Workspace workspace) {
    this.spec = spec;
    this.pool = pool;
    this.workspace = workspace;
    kernels = KernelSet.of(lanes);
    tile = kernels.maxRows();
    run = spec.contiguousTaps();
    panels = new WeightPanels(spec.taps(), 1, spec.filters(), 2 * lanes);
    blocking = PackedBlocking.of(spec, panels, tile);
    copyX = new TapPacking(spec, tile, lanes);
    copyY = new PanelCopy(panels.width(), lanes);
    chunkSums = new ChunkSums(pool, blocking.chunks().parts(), spec.taps() * spec.filters());
    layout = TileLayout.even(tile, 1, tile, panels.width());
    kernels.prepare(new Split(run, run, 1), spec.filters(), panels.width());
    distanceX = copyX.distance(blocking.blockPixels());
    group = blocking.groupTiles(tile, panels.width());
    sizeX = group * distanceX;
    distanceY = blocking.blockPixels() * panels.width() + PADDING;
    sizeY = blocking.partPanels() * distanceY;
    sizeTile = (tile + 1) * panels.width();
    workspace.reserve(partials() + chunkSums.scratch());
  }

  private int sizeWorker() {
    return sizeX + sizeY + sizeTile;
  }

  private int partials() {
    return pool.threads() * sizeWorker();
  }

  void run(float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
    this.x = x;
    this.xo = xo;
    this.dy = dy;
    this.dyo = dyo;
    this.dw = dw;
    this.dwo = dwo;
    scratch = workspace.floats();
    pool.run(task, blocking.tasks());
    chunkSums.run(dw, dwo, scratch, partials());
  }

  private void sum(int index, int worker) {
    var chunks = blocking.chunks();
    int chunk = index % chunks.parts();
    int part = index / chunks.parts();
    int tapPart = part % blocking.taps().parts();
    int panelPart = part / blocking.taps().parts();
    int end = chunks.start(chunk + 1);
    for (int pixel = chunks.start(chunk); pixel < end; pixel += blocking.blockPixels()) {
      int pixels = Math.min(blocking.blockPixels(), end - pixel);
      sumBlock(chunk, worker, pixel, pixels, tapPart, panelPart);
    }
  }

  /** All tiles of a task, over a block of pixels. */
  private void sumBlock(int chunk, int worker, int pixel, int pixels, int tapPart, int panelPart) {
    int panel0 = blocking.panels().start(panelPart);
    int panel1 = blocking.panels().start(panelPart + 1);
    packResults(worker, pixel, pixels, panel0, panel1);
    boolean first = pixel == blocking.chunks().start(chunk);
    int end = blocking.taps().start(tapPart + 1);
    int taps;
    for (int tap = blocking.taps().start(tapPart); tap < end; tap += taps) {
      int most = Math.min(end - tap, run - tap % run);
      taps = Math.min(most, group * tile);
      copyX.copy(x, xo, pixel, pixels, tap, taps, scratch, offsetX(worker), distanceX);
      for (int place = 0; place < taps; place += tile) {
        int rows = Math.min(tile, taps - place);
        int a = offsetX(worker) + place / tile * distanceX;
        sumRows(chunk, worker, pixels, first, tap + place, rows, a, panel0, panel1);
      }
    }
  }

  /** Copies a block of dy into panels. */
  private void packResults(int worker, int pixel, int pixels, int panel0, int panel1) {
    int column = panels.column(panel0);
    int from = dyo + pixel * spec.filters() + column;
    int columns = panels.column(panel1) - column;
    copyY.spread(dy, from, spec.filters(), pixels, columns, scratch, offsetY(worker), distanceY);
  }

  /** The tiles of one panel of x, which the largest kernel or several smaller ones compute. */
  private void sumRows(
      int chunk,
      int worker,
      int pixels,
      boolean first,
      int tap,
      int count,
      int a,
      int panel0,
      int panel1) {
    int rows;
    for (int row = 0; row < count; row += rows) {
      rows = kernels.rowsOf(count - row);
      for (int panel = panel0; panel < panel1; panel++) {
        int b = offsetY(worker) + (panel - panel0) * distanceY;
        sumTile(chunk, worker, pixels, first, tap + row, rows, a + row, panel, b);
      }
    }
  }

  private void sumTile(
      int chunk,
      int worker,
      int pixels,
      boolean first,
      int tap,
      int rows,
      int a,
      int panel,
      int b) {
    int column = panels.column(panel);
    int columns = panels.columns(panel);
    var sums = chunk == 0 ? dw : scratch;
    int base = chunk == 0 ? dwo : partials() + (chunk - 1) * spec.taps() * spec.filters();
    int at = base + tap * spec.filters() + column;
    int step;
    for (int j = 0; j < columns; j += step) {
      int vectors = kernels.vectorsOf(columns - j, 2);
      step = vectors * kernels.lanes();
      Tiles.run(
          kernels.kernel(rows, vectors),
          layout,
          0,
          1,
          pixels,
          scratch,
          a,
          scratch,
          b + j,
          first ? Tiles.ZEROS : sums,
          first ? 0 : at + j,
          first ? 0 : spec.filters(),
          sums,
          at + j,
          spec.filters(),
          rows,
          Math.min(step, columns - j),
          step,
          scratch,
          offsetX(worker) + sizeX + sizeY);
    }
  }

  private int offsetX(int worker) {
    return worker * sizeWorker();
  }

  private int offsetY(int worker) {
    return offsetX(worker) + sizeX;
  }
}
