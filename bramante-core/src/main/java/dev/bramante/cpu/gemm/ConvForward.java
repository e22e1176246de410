package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * A convolution of fixed sizes, computed directly from the images: a tile is a run of output pixels
 * by some filters, and each row of the kernel is one segment of its sum.
 *
 * <p>Each result is one chain of fused multiply-adds, so it has the same bits at any number of
 * threads. A run allocates nothing. An instance serves one run at a time.
 */
public final class ConvForward implements Convolution {
  /** Beyond so many filters the distance of two rows of weights costs more than packing them. */
  private static final int MAX_DIRECT_FILTERS = 64;

  private final ConvSpec spec;
  private final ConvEnding ending;
  private final KernelSet kernels;
  private final WorkerPool pool;
  private final Workspace workspace;
  private final TileEpilogue epilogue;
  private final Halo halo;
  private final OutGrid grid;
  private final WeightPanels panels;
  private final TileLayout[] directLayouts;
  private final TileLayout[] panelLayouts;
  private final TileLayout[] pixelLayouts;
  private final int segments;
  private final int segmentSteps;
  private final ForwardBlocking blocking;
  private final int sizeHalo;
  private final int sizeTile;
  private final int sizePixels;
  private final WorkerPool.Task packTask = this::pack;
  private final WorkerPool.Task convolveTask = this::convolve;

  // The run that is going on.
  private float[] x = {};
  private float[] w = {};
  private float[] weights = {};
  private float[] bias = {};
  private float[] y = {};
  private float[] scratch = {};
  private int xo;
  private int wo;
  private int weightsOffset;
  private int biasOffset;
  private int yo;
  private boolean panelled;

  /** A convolution with scratch memory of its own and nothing done to its blocks. */
  public ConvForward(ConvSpec spec, ConvEnding ending, int lanes, WorkerPool pool) {
    this(spec, ending, lanes, pool, new Workspace(), TileEpilogue.NONE);
  }

  /**
   * A convolution.
   *
   * @param sizes the sizes
   * @param ending what goes with it
   * @param lanes floats in a vector: 16, 8 or 4
   * @param pool who does the work
   * @param workspace scratch memory, may be shared with operations that run at other times
   * @param epilogue what is done to each block of the result when it is final
   */
  public ConvForward(
      ConvSpec sizes,
      ConvEnding ending,
      int lanes,
      WorkerPool pool,
      Workspace workspace,
      TileEpilogue epilogue) {
    this.spec = sizes.asOneRow();
    this.ending = ending;
    this.pool = pool;
    this.workspace = workspace;
    this.epilogue = epilogue;
    kernels = KernelSet.of(lanes);
    halo = new Halo(spec, pool);
    grid = OutGrid.of(spec);
    int vectors = kernels.panelVectors(spec.outPixels());
    panels = new WeightPanels(spec.taps(), spec.groups(), spec.groupFilters(), vectors * lanes);
    segmentSteps = spec.contiguousTaps();
    segments = spec.taps() / segmentSteps;
    directLayouts = layouts(spec.filters());
    panelLayouts = layouts(panels.width());
    blocking = ForwardBlocking.of(spec, panels, kernels);
    int distance = ForwardBlocking.pixelDistance(spec);
    pixelLayouts =
        new TileLayout[] {
          TileLayout.even(kernels.maxRows(), distance, 1, spec.filters()),
          TileLayout.even(kernels.maxRows(), distance, 1, panels.width())
        };
    sizePixels = blocking.packsPixels() ? blocking.blockPixels() * distance : 0;
    sizeHalo = Math.toIntExact(Halo.size(spec));
    sizeTile = Tiles.scratch(panelLayouts[0], panels.width());
    kernels.prepare(blocking.pixels(), spec.groupFilters(), panels.width());
    boolean packs = !ending.packedWeights() && spec.filters() > MAX_DIRECT_FILTERS;
    workspace.reserve(needed(packs));
  }

  private long needed(boolean packs) {
    return scratchSize() + (packs ? panels.size() : 0L);
  }

  /**
   * A tile may start in any column of the result and goes on in the rows below. A result of a
   * single row needs one layout only.
   */
  private TileLayout[] layouts(int stepB) {
    int rows = kernels.maxRows();
    var segA = new int[segments];
    for (int s = 0; s < segments; s++) {
      segA[s] = spec.tapOffset(s * segmentSteps);
    }
    var result = new TileLayout[spec.outHeight() == 1 ? 1 : spec.outWidth()];
    for (int column = 0; column < result.length; column++) {
      var rowA = new int[rows];
      for (int i = 0; i < rows; i++) {
        rowA[i] = grid.offset(column + i) - grid.offset(column);
      }
      result[column] =
          new TileLayout(rowA, TileLayout.multiples(rows, 1), 1, stepB, segA, segmentSteps * stepB);
    }
    return result;
  }

  WeightPanels panels() {
    return panels;
  }

  /** Floats at the start of the workspace that a run with packed weights uses. */
  int scratchSize() {
    return sizeHalo + pool.threads() * (sizeTile + sizePixels);
  }

  @Override
  public int packedSize() {
    return panels.size();
  }

  @Override
  public void packWeights(float[] w, int wo, float[] packed, int po) {
    for (int panel = 0; panel < panels.count(); panel++) {
      panels.pack(panel, w, wo, packed, po);
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
    weights = w;
    weightsOffset = wo;
    boolean packs = !ending.packedWeights() && !readableDirectly();
    panelled = ending.packedWeights() || packs;
    workspace.reserve(needed(packs));
    scratch = workspace.floats();
    if (spec.isPadded()) {
      halo.fill(x, xo, scratch, 0);
      this.x = scratch;
      this.xo = 0;
    }
    if (packs) {
      pool.run(packTask, panels.count());
      weights = scratch;
      weightsOffset = scratchSize();
    }
    pool.run(convolveTask, blocking.tasks(spec.n()));
  }

  /** Whether whole vectors can be read to the end of the last row of the weights. */
  private boolean readableDirectly() {
    int lanes = kernels.lanes();
    int overhang = Split.units(spec.groupFilters(), lanes) * lanes - spec.groupFilters();
    long end = wo + (long) spec.taps() * spec.filters();
    return spec.filters() <= MAX_DIRECT_FILTERS && end + overhang <= w.length;
  }

  private void pack(int panel, int worker) {
    panels.pack(panel, w, wo, scratch, scratchSize());
  }

  private void convolve(int index, int worker) {
    int pixelParts = blocking.pixels().parts();
    int pixelPart = index % pixelParts;
    int image = index / pixelParts % spec.n();
    int panelPart = index / pixelParts / spec.n();
    int end = blocking.pixels().start(pixelPart + 1);
    int panel0 = blocking.panels().start(panelPart);
    int panel1 = blocking.panels().start(panelPart + 1);
    int step = blocking.blockPixels();
    for (int pixel = blocking.pixels().start(pixelPart); pixel < end; pixel += step) {
      int pixels = Math.min(step, end - pixel);
      if (blocking.packsPixels()) {
        packPixels(worker, image, pixel, pixels);
      }
      for (int panel = panel0; panel < panel1; panel += blocking.groupPanels()) {
        int next = Math.min(panel1, panel + blocking.groupPanels());
        convolveBlock(worker, image, pixel, pixels, panel, next);
      }
    }
  }

  /** Copies the pixels of a block to a distance that shares no cache sets. */
  private void packPixels(int worker, int image, int pixel, int pixels) {
    int distance = ForwardBlocking.pixelDistance(spec);
    int at = pixelsOffset(worker);
    int from = xo + image * spec.paddedImage();
    for (int i = 0; i < pixels; i++) {
      int start = from + grid.offset(pixel + i);
      System.arraycopy(x, start, scratch, at + i * distance, spec.channels());
    }
  }

  private int tileOffset(int worker) {
    return sizeHalo + worker * (sizeTile + sizePixels);
  }

  private int pixelsOffset(int worker) {
    return tileOffset(worker) + sizeTile;
  }

  /** A block of pixels and a group of panels, finished. */
  private void convolveBlock(
      int worker, int image, int pixel0, int pixels, int panel0, int panel1) {
    int pixel1 = pixel0 + pixels;
    int rows;
    for (int pixel = pixel0; pixel < pixel1; pixel += rows) {
      rows = kernels.rowsOf(pixel1 - pixel);
      for (int panel = panel0; panel < panel1; panel++) {
        convolveTile(worker, image, pixel, pixel - pixel0, rows, panel);
      }
    }
    int channel0 = panels.column(panel0);
    int channel1 = panels.column(panel1);
    if (ending.relu()) {
      int at = yo + (image * grid.pixels() + pixel0) * spec.filters() + channel0;
      Rectifier.rows(y, at, spec.filters(), pixels, channel1 - channel0);
    }
    epilogue.apply(worker, image, pixel0, pixel1, channel0, channel1);
  }

  /** The tiles of some rows, {@code place} pixels into the block, and of one panel. */
  private void convolveTile(int worker, int image, int pixel, int place, int rows, int panel) {
    int column = panels.column(panel);
    int columns = panels.columns(panel);
    int offsetW = weightsOffset + (panelled ? panel * panels.steps() * panels.width() : column);
    int offsetY = yo + (image * grid.pixels() + pixel) * spec.filters() + column;
    boolean packs = blocking.packsPixels();
    int offsetX =
        packs
            ? pixelsOffset(worker) + place * ForwardBlocking.pixelDistance(spec)
            : xo
                + image * spec.paddedImage()
                + grid.offset(pixel)
                + panels.group(panel) * spec.groupChannels();
    var layout = packs ? pixelLayouts[panelled ? 1 : 0] : layout(pixel);
    var init = ending.bias() ? bias : Tiles.ZEROS;
    int step;
    for (int j = 0; j < columns; j += step) {
      int vectors = kernels.vectorsOf(columns - j, panels.width() / kernels.lanes());
      step = vectors * kernels.lanes();
      int io = ending.bias() ? biasOffset + column + j : 0;
      Tiles.run(
          kernels.kernel(rows, vectors),
          layout,
          0,
          segments,
          segmentSteps,
          packs ? scratch : x,
          offsetX,
          weights,
          offsetW + j,
          init,
          io,
          0,
          y,
          offsetY + j,
          spec.filters(),
          rows,
          Math.min(step, columns - j),
          step,
          scratch,
          tileOffset(worker));
    }
  }

  private TileLayout layout(int pixel) {
    var layouts = panelled ? panelLayouts : directLayouts;
    return layouts[layouts.length == 1 ? 0 : grid.column(pixel)];
  }
}
