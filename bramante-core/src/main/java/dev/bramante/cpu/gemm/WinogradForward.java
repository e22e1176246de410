package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * A 3×3 convolution with stride 1 by Winograd's F(4×4, 3×3): squares of 6×6 pixels are mapped to 36
 * points, where the convolution is a product of matrices of tiles × channels and channels ×
 * filters, and back to 4×4 results. It takes a quarter of the multiply-adds of a direct sum.
 *
 * <p>Tiles are computed in groups whose points stay in the cache: small ones that one thread
 * transforms and multiplies, or, with so many channels that the weights no longer stay there, large
 * ones on which all threads work. Either way each result has the same bits at any number of
 * threads. A run allocates nothing. An instance serves one run at a time.
 */
public final class WinogradForward implements Convolution {
  private static final int POINTS = WinogradForm.POINTS * WinogradForm.POINTS;

  private final ConvSpec spec;
  private final ConvEnding ending;
  private final KernelSet kernels;
  private final WorkerPool pool;
  private final Workspace workspace;
  private final TileEpilogue epilogue;
  private final WinogradGrid grid;
  private final WinogradPatch patch;
  private final WinogradWeights weights;
  private final Transform output;
  private final TileLayout layout;
  private final WinogradBlocks blocks;
  private final int rowV;
  private final int planeV;
  private final int planeM;
  private final int sizeV;
  private final int sizeM;
  private final int sizeScratch;
  private final boolean late;
  private final WorkerPool.Task packTask = this::pack;
  private final WorkerPool.Task groupTask = this::group;
  private final WorkerPool.Task inputTask = this::transformPart;
  private final WorkerPool.Task productTask = this::multiplyPart;
  private final WorkerPool.Task panelTask = this::multiplyPanel;

  // The run that is going on.
  private float[] x = {};
  private float[] w = {};
  private float[] packed = {};
  private float[] bias = {};
  private float[] y = {};
  private float[] scratch = {};
  private int xo;
  private int wo;
  private int packedOffset;
  private int biasOffset;
  private int yo;
  private int tile0;
  private int tile1;

  /** A convolution with scratch memory of its own and nothing done to its blocks. */
  public WinogradForward(ConvSpec spec, ConvEnding ending, int lanes, WorkerPool pool) {
    this(spec, ending, lanes, pool, new Workspace(), TileEpilogue.NONE);
  }

  /** A convolution; the parameters are those of {@link ConvForward}. */
  public WinogradForward(
      ConvSpec spec,
      ConvEnding ending,
      int lanes,
      WorkerPool pool,
      Workspace workspace,
      TileEpilogue epilogue) {
    this(spec, ending, false, lanes, pool, workspace, epilogue);
  }

  /**
   * A convolution.
   *
   * @param spec the sizes, with a kernel of 3×3, stride 1, no dilation and one group
   * @param ending what goes with it
   * @param turned whether the weights are those of the convolution whose input gradient this is
   * @param lanes floats in a vector: 16, 8 or 4
   * @param pool who does the work
   * @param workspace scratch memory, may be shared with operations that run at other times
   * @param epilogue what is done to each block of the result when it is final
   */
  WinogradForward(
      ConvSpec spec,
      ConvEnding ending,
      boolean turned,
      int lanes,
      WorkerPool pool,
      Workspace workspace,
      TileEpilogue epilogue) {
    this.spec = spec;
    this.ending = ending;
    this.pool = pool;
    this.workspace = workspace;
    this.epilogue = epilogue;
    kernels = KernelSet.of(lanes);
    grid = WinogradGrid.of(spec);
    int width = 2 * lanes;
    weights = WinogradWeights.of(spec.channels(), spec.filters(), width, turned, lanes);
    var input = Transform.of(lanes, WinogradForm.INPUT);
    patch =
        new WinogradPatch(
            input, WinogradForm.POINTS, spec.height(), spec.width(), spec.channels(), lanes);
    output = Transform.of(lanes, WinogradForm.OUTPUT, ending.bias(), ending.relu());
    rowV = WinogradGrid.spread(spec.channels());
    blocks = WinogradBlocks.of(grid, rowV, weights.panels().count(), kernels.maxRows());
    layout = TileLayout.even(kernels.maxRows(), rowV, 1, width);
    planeV = WinogradGrid.spread(blocks.groupTiles() * rowV);
    planeM = WinogradGrid.spread(blocks.partTiles() * width);
    late =
        blocks.isShared()
            && weights.panels().count() >= pool.threads()
            && WinogradTable.of(ending.packedWeights()).isLate(spec);
    sizeV = POINTS * planeV;
    sizeM = POINTS * planeM;
    int tile = WinogradForm.TILE * WinogradForm.TILE * width;
    sizeScratch =
        Math.max(
            Math.max(patch.scratch(), tile + width),
            ending.packedWeights() ? 0 : weights.scratch());
    kernels.prepare(blocks.rows(), spec.filters(), width);
    workspace.reserve(needed());
  }

  /** Whether this is the faster way to such a convolution. */
  public static boolean pays(ConvSpec spec, boolean fixedWeights) {
    return WinogradTable.of(fixedWeights).pays(spec);
  }

  /**
   * The gradient of a convolution with respect to its images, as a convolution of dy with the
   * weights of the other one.
   *
   * @param spec sizes of the convolution, padded by at most two
   */
  public static WinogradForward ofInputGradient(
      ConvSpec spec, int lanes, WorkerPool pool, Workspace workspace, TileEpilogue epilogue) {
    var turned = ConvInputGradient.turned(spec);
    return new WinogradForward(turned, ConvEnding.PLAIN, true, lanes, pool, workspace, epilogue);
  }

  /** Whether this is the faster way to the input gradient of such a convolution. */
  public static boolean paysForInputGradient(ConvSpec spec) {
    return ConvInputGradient.hasTurned(spec)
        && WinogradTable.CHANGING_WEIGHTS.pays(ConvInputGradient.turned(spec));
  }

  private int workerSize() {
    int own = blocks.isShared() ? 0 : sizeV;
    return sizeScratch + sizeM + (late ? weights.panelSize() : own);
  }

  private int sharedSize() {
    return blocks.isShared() ? sizeV : 0;
  }

  private long needed() {
    long own = sharedSize() + (long) pool.threads() * workerSize();
    return own + (ending.packedWeights() || late ? 0 : weights.size());
  }

  @Override
  public int packedSize() {
    return late ? weights.arrangedSize() : weights.size();
  }

  @Override
  public void packWeights(float[] w, int wo, float[] packed, int po) {
    if (late) {
      weights.arrange(w, wo, packed, po);
      return;
    }
    var own = new float[weights.scratch()];
    for (int task = 0; task < weights.tasks(); task++) {
      weights.pack(task, w, wo, packed, po, own, 0);
    }
  }

  /** Convolves without a bias. */
  public void run(float[] x, int xo, float[] w, int wo, float[] y, int yo) {
    run(x, xo, w, wo, Tiles.ZEROS, 0, y, yo);
  }

  @Override
  public void run(
      float[] x, int xo, float[] w, int wo, float[] bias, int biasOffset, float[] y, int yo) {
    this.x = x;
    this.xo = xo;
    this.w = w;
    this.wo = wo;
    this.bias = bias;
    this.biasOffset = biasOffset;
    this.y = y;
    this.yo = yo;
    scratch = workspace.floats();
    packed = w;
    packedOffset = wo;
    if (!ending.packedWeights() && !late) {
      packed = scratch;
      packedOffset = sharedSize() + pool.threads() * workerSize();
      pool.run(packTask, weights.tasks());
    }
    if (!blocks.isShared()) {
      pool.run(groupTask, blocks.groups().parts());
      return;
    }
    for (int group = 0; group < blocks.groups().parts(); group++) {
      tile0 = blocks.groups().start(group);
      tile1 = blocks.groups().start(group + 1);
      pool.run(inputTask, blocks.inputParts(tile1 - tile0));
      int panels = weights.panels().count();
      if (late) {
        pool.run(panelTask, panels);
      } else {
        pool.run(productTask, blocks.parts(tile1 - tile0) * panels);
      }
    }
  }

  private void pack(int index, int worker) {
    weights.pack(index, w, wo, packed, packedOffset, scratch, scratchOf(worker));
  }

  private int scratchOf(int worker) {
    return sharedSize() + worker * workerSize();
  }

  /** A group of which this worker does everything. */
  private void group(int index, int worker) {
    int from = blocks.groups().start(index);
    int to = blocks.groups().start(index + 1);
    int points = scratchOf(worker) + sizeScratch + sizeM;
    transform(from, to, points, worker);
    for (int panel = 0; panel < weights.panels().count(); panel++) {
      multiply(from, to, points, panel, packed, pointsOf(panel), worker);
    }
  }

  /** Where the points of a panel of weights are that are there from the beginning. */
  private int pointsOf(int panel) {
    return packedOffset + panel * weights.panelSize();
  }

  private void transformPart(int index, int worker) {
    int tiles = tile1 - tile0;
    int parts = blocks.inputParts(tiles);
    int from = tile0 + (int) ((long) tiles * index / parts);
    int to = tile0 + (int) ((long) tiles * (index + 1) / parts);
    transform(from, to, (from - tile0) * rowV, worker);
  }

  private void multiplyPart(int index, int worker) {
    int parts = blocks.parts(tile1 - tile0);
    int panel = index / parts;
    int part = index % parts;
    int from = tile0 + part * blocks.partTiles();
    int to = Math.min(tile1, from + blocks.partTiles());
    multiply(from, to, (from - tile0) * rowV, panel, packed, pointsOf(panel), worker);
  }

  /** Transforms a panel of weights and multiplies all tiles of the group with it. */
  private void multiplyPanel(int panel, int worker) {
    int own = scratchOf(worker);
    int points = own + sizeScratch + sizeM;
    if (ending.packedWeights()) {
      weights.transform(panel, packed, packedOffset, scratch, points);
    } else {
      weights.packPanel(panel, w, wo, scratch, points, scratch, own);
    }
    for (int from = tile0; from < tile1; from += blocks.partTiles()) {
      int to = Math.min(tile1, from + blocks.partTiles());
      multiply(from, to, (from - tile0) * rowV, panel, scratch, points, worker);
    }
  }

  /** The pixels of some tiles at their points. */
  private void transform(int from, int to, int points, int worker) {
    int imageSize = spec.height() * spec.width() * spec.channels();
    int own = scratchOf(worker);
    for (int tile = from; tile < to; tile++) {
      patch.run(
          grid.row(tile) - spec.top(),
          grid.column(tile) - spec.left(),
          x,
          xo + grid.image(tile) * imageSize,
          scratch,
          points + (tile - from) * rowV,
          planeV,
          scratch,
          own);
    }
  }

  /** The results of some tiles by the filters of a panel. */
  private void multiply(
      int from, int to, int points, int panel, float[] filters, int filterPoints, int worker) {
    int width = weights.panels().width();
    int vectors = kernels.vectorsOf(weights.panels().columns(panel), 2);
    int products = scratchOf(worker) + sizeScratch;
    for (int point = 0; point < POINTS; point++) {
      int rows;
      for (int tile = 0; tile < to - from; tile += rows) {
        rows = kernels.rowsOf(to - from - tile);
        kernels
            .kernel(rows, vectors)
            .run(
                layout,
                0,
                1,
                spec.channels(),
                scratch,
                points + point * planeV + tile * rowV,
                filters,
                filterPoints + point * weights.plane(),
                Tiles.ZEROS,
                0,
                0,
                scratch,
                products + point * planeM + tile * width,
                width);
      }
    }
    store(from, to, products, panel, worker);
  }

  private void store(int from, int to, int products, int panel, int worker) {
    int width = weights.panels().width();
    for (int tile = from; tile < to; tile++) {
      storeTile(tile, products + (tile - from) * width, panel, worker);
    }
    if (epilogue != TileEpilogue.NONE) {
      finish(from, to, panel, worker);
    }
  }

  private void storeTile(int tile, int products, int panel, int worker) {
    int width = weights.panels().width();
    int filters = spec.filters();
    int channel = weights.panels().column(panel);
    int columns = weights.panels().columns(panel);
    int vectors = Split.units(columns, kernels.lanes());
    int row = grid.row(tile);
    int column = grid.column(tile);
    int rows = grid.rows(row);
    int pixels = grid.columns(column);
    int at =
        yo
            + ((grid.image(tile) * spec.outHeight() + row) * spec.outWidth() + column) * filters
            + channel;
    boolean whole =
        rows == WinogradForm.TILE
            && pixels == WinogradForm.TILE
            && columns == vectors * kernels.lanes();
    int next = WinogradForm.POINTS * planeM;
    if (whole) {
      int rowY = spec.outWidth() * filters;
      output.run(
          vectors,
          scratch,
          products,
          next,
          planeM,
          y,
          at,
          rowY,
          filters,
          bias,
          biasOffset + channel);
      return;
    }
    int own = scratchOf(worker);
    int ownBias = own + WinogradForm.TILE * WinogradForm.TILE * width;
    if (ending.bias()) {
      System.arraycopy(bias, biasOffset + channel, scratch, ownBias, columns);
    }
    int rowOwn = WinogradForm.TILE * width;
    output.run(
        vectors, scratch, products, next, planeM, scratch, own, rowOwn, width, scratch, ownBias);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < pixels; j++) {
        int to = at + (i * spec.outWidth() + j) * filters;
        System.arraycopy(scratch, own + i * rowOwn + j * width, y, to, columns);
      }
    }
  }

  /** Hands the rows of pixels that the tiles make to the epilogue. */
  private void finish(int from, int to, int panel, int worker) {
    int channel0 = weights.panels().column(panel);
    int channel1 = channel0 + weights.panels().columns(panel);
    int end;
    for (int tile = from; tile < to; tile = end) {
      end = Math.min(to, (tile / grid.across() + 1) * grid.across());
      int row = grid.row(tile);
      int column0 = grid.column(tile);
      int column1 = grid.column(end - 1);
      column1 += grid.columns(column1);
      for (int i = 0; i < grid.rows(row); i++) {
        int pixel = (row + i) * spec.outWidth();
        epilogue.apply(
            worker, grid.image(tile), pixel + column0, pixel + column1, channel0, channel1);
      }
    }
  }
}
