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
  private final int segments;
  private final int segmentSteps;
  private final Split pixelParts;
  private final Split panelParts;
  private final int sizeHalo;
  private final int sizeTile;
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
   * @param spec the sizes
   * @param ending what goes with it
   * @param lanes floats in a vector: 16, 8 or 4
   * @param pool who does the work
   * @param workspace scratch memory, may be shared with operations that run at other times
   * @param epilogue what is done to each block of the result when it is final
   */
  public ConvForward(
      ConvSpec spec,
      ConvEnding ending,
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
    halo = new Halo(spec, pool);
    grid = OutGrid.of(spec);
    int vectors = kernels.panelVectors(spec.outPixels());
    panels = new WeightPanels(spec.taps(), spec.groups(), spec.groupFilters(), vectors * lanes);
    segmentSteps = spec.contiguousTaps();
    segments = spec.taps() / segmentSteps;
    directLayouts = layouts(spec.filters());
    panelLayouts = layouts(panels.width());
    int tasks = Work.tasks(spec.multiplyAdds());
    pixelParts = Split.of(spec.outPixels(), kernels.maxRows(), Split.units(tasks, spec.n()));
    panelParts = Split.of(panels.count(), 1, Split.units(tasks, spec.n() * pixelParts.parts()));
    sizeHalo = Math.toIntExact(Halo.size(spec));
    sizeTile = Tiles.scratch(panelLayouts[0], panels.width());
    kernels.prepare(pixelParts, spec.groupFilters(), panels.width());
    boolean packs = !ending.packedWeights() && spec.filters() > MAX_DIRECT_FILTERS;
    workspace.reserve(needed(packs));
  }

  private long needed(boolean packs) {
    return scratchSize() + (packs ? panels.size() : 0L);
  }

  /** A tile may start in any column of the result and goes on in the rows below. */
  private TileLayout[] layouts(int stepB) {
    int rows = kernels.maxRows();
    var segA = new int[segments];
    for (int s = 0; s < segments; s++) {
      segA[s] = spec.tapOffset(s * segmentSteps);
    }
    var result = new TileLayout[spec.outWidth()];
    for (int column = 0; column < result.length; column++) {
      var rowA = new int[rows];
      for (int i = 0; i < rows; i++) {
        rowA[i] = spec.pixelOffset(column + i) - spec.pixelOffset(column);
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
    return sizeHalo + pool.threads() * sizeTile;
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
    pool.run(convolveTask, spec.n() * pixelParts.parts() * panelParts.parts());
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
    int pixelPart = index % pixelParts.parts();
    int image = index / pixelParts.parts() % spec.n();
    int panelPart = index / pixelParts.parts() / spec.n();
    int pixel0 = pixelParts.start(pixelPart);
    int pixel1 = pixelParts.start(pixelPart + 1);
    int panel0 = panelParts.start(panelPart);
    int panel1 = panelParts.start(panelPart + 1);
    int offsetY = yo + image * grid.pixels() * spec.filters();
    for (int panel = panel0; panel < panel1; panel++) {
      int column = panels.column(panel);
      int columns = panels.columns(panel);
      int panelOffset =
          weightsOffset + (panelled ? panel * panels.steps() * panels.width() : column);
      int offsetX = xo + image * spec.paddedImage() + panels.group(panel) * spec.groupChannels();
      int rows;
      for (int pixel = pixel0; pixel < pixel1; pixel += rows) {
        rows = kernels.rowsOf(pixel1 - pixel);
        convolveRows(worker, offsetX, offsetY, pixel, rows, panelOffset, column, columns);
      }
    }
    int channel0 = panels.column(panel0);
    int channel1 = panels.column(panel1);
    if (ending.relu()) {
      int at = yo + (image * grid.pixels() + pixel0) * spec.filters() + channel0;
      Rectifier.rows(y, at, spec.filters(), pixel1 - pixel0, channel1 - channel0);
    }
    epilogue.apply(worker, image, pixel0, pixel1, channel0, channel1);
  }

  /** One row of tiles of a panel; the offsets are those of the image, the group and the panel. */
  private void convolveRows(
      int worker,
      int imageX,
      int imageY,
      int pixel,
      int rows,
      int offsetW,
      int column,
      int columns) {
    int vectorsInPanel = panels.width() / kernels.lanes();
    var layout = (panelled ? panelLayouts : directLayouts)[grid.column(pixel)];
    int offsetX = imageX + grid.offset(pixel);
    int offsetY = imageY + pixel * spec.filters() + column;
    var init = ending.bias() ? bias : Tiles.ZEROS;
    int step;
    for (int j = 0; j < columns; j += step) {
      int vectors = kernels.vectorsOf(columns - j, vectorsInPanel);
      step = vectors * kernels.lanes();
      int io = ending.bias() ? biasOffset + column + j : 0;
      Tiles.run(
          kernels.free(rows, vectors),
          layout,
          0,
          segments,
          segmentSteps,
          x,
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
          sizeHalo + worker * sizeTile);
    }
  }
}
