package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * The gradient of a 3×3 convolution with stride 1 with respect to its weights, by Winograd's
 * formula: at each of 36 points it is the product of the images' transposed matrix of channels ×
 * tiles and that of the results' gradients, of tiles × filters.
 *
 * <p>Groups of tiles are transformed and then multiplied, in a fixed order, so results have the
 * same bits at any number of threads. A run allocates nothing. An instance serves one run at a
 * time.
 */
public final class WinogradWeightGradient {
  private static final int POINTS = WinogradForm.POINTS * WinogradForm.POINTS;
  private static final int TAPS = 9;

  /** Tiles of a group: a column of each operand of a kernel stays in the first-level cache. */
  private static final int GROUP_TILES = 128;

  /** Parts of a group that are transformed. */
  private static final int INPUT_PARTS = 32;

  /** Channels from which on a point is multiplied in two tasks. */
  private static final int MANY_CHANNELS = 64;

  /** Channels whose weights are transformed back by one task. */
  private static final int OUTPUT_CHANNELS = 8;

  private final ConvSpec spec;
  private final KernelSet kernels;
  private final WorkerPool pool;
  private final Workspace workspace;
  private final WinogradGrid grid;
  private final WinogradPatch images;
  private final WinogradPatch gradients;
  private final Transform output;
  private final TileLayout layout;
  private final Split groups;
  private final Split channelParts;
  private final int rowX;
  private final int rowY;
  private final int rowW;
  private final int planeX;
  private final int planeY;
  private final int planeW;
  private final int sizeScratch;
  private final WorkerPool.Task inputTask = this::transform;
  private final WorkerPool.Task productTask = this::multiply;
  private final WorkerPool.Task outputTask = this::transformBack;

  // The run that is going on.
  private float[] x = {};
  private float[] dy = {};
  private float[] dw = {};
  private float[] scratch = {};
  private int xo;
  private int dyo;
  private int dwo;
  private int group;

  /**
   * A gradient.
   *
   * @param spec sizes of the convolution, with a kernel of 3×3, stride 1, no dilation and one group
   * @param lanes floats in a vector: 16, 8 or 4
   * @param pool who does the work
   * @param workspace scratch memory, may be shared with operations that run at other times
   */
  public WinogradWeightGradient(ConvSpec spec, int lanes, WorkerPool pool, Workspace workspace) {
    this.spec = spec;
    this.pool = pool;
    this.workspace = workspace;
    kernels = KernelSet.of(lanes);
    grid = WinogradGrid.of(spec);
    images =
        new WinogradPatch(
            Transform.of(lanes, WinogradForm.INPUT),
            WinogradForm.POINTS,
            spec.height(),
            spec.width(),
            spec.channels(),
            lanes);
    gradients =
        new WinogradPatch(
            Transform.of(lanes, WinogradForm.OUTPUT_GRADIENT),
            WinogradForm.TILE,
            spec.outHeight(),
            spec.outWidth(),
            spec.filters(),
            lanes);
    output = Transform.of(lanes, WinogradForm.WEIGHT_GRADIENT);
    int rows = kernels.maxRows();
    groups = Split.of(grid.tiles(), 1, Split.units(grid.tiles(), GROUP_TILES));
    channelParts = Split.of(spec.channels(), rows, spec.channels() < MANY_CHANNELS ? 1 : 2);
    rowX = WinogradGrid.spread(spec.channels());
    rowY = WinogradGrid.spread(spec.filters());
    rowW = rowY;
    planeX = WinogradGrid.spread(GROUP_TILES * rowX);
    planeY = WinogradGrid.spread(GROUP_TILES * rowY);
    planeW = WinogradGrid.spread(spec.channels() * rowW);
    layout =
        new TileLayout(
            TileLayout.multiples(rows, 1),
            TileLayout.multiples(rows, 1),
            rowX,
            rowY,
            new int[] {0},
            0);
    kernels.prepare(channelParts, spec.filters(), 2 * lanes);
    int weights = TAPS * rowW;
    sizeScratch = Math.max(weights, Math.max(images.scratch(), gradients.scratch()));
    workspace.reserve(scratchOf(0) + (long) pool.threads() * sizeScratch);
  }

  /** Whether this is the faster way to the weight gradient of such a convolution. */
  public static boolean pays(ConvSpec spec) {
    return WinogradTable.WEIGHT_GRADIENT.pays(spec);
  }

  private int offsetY() {
    return POINTS * planeX;
  }

  private int offsetW() {
    return offsetY() + POINTS * planeY;
  }

  private int scratchOf(int worker) {
    return offsetW() + POINTS * planeW + worker * sizeScratch;
  }

  /** Computes dw. */
  public void run(float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
    this.x = x;
    this.xo = xo;
    this.dy = dy;
    this.dyo = dyo;
    this.dw = dw;
    this.dwo = dwo;
    scratch = workspace.floats();
    for (group = 0; group < groups.parts(); group++) {
      pool.run(inputTask, Math.min(INPUT_PARTS, tiles()));
      pool.run(productTask, POINTS * channelParts.parts());
    }
    group = 0;
    pool.run(outputTask, Split.units(spec.channels(), OUTPUT_CHANNELS));
  }

  /** Tiles of this group. */
  private int tiles() {
    return groups.start(group + 1) - groups.start(group);
  }

  /** Some tiles of this group at their points. */
  private void transform(int index, int worker) {
    int parts = Math.min(INPUT_PARTS, tiles());
    int end = tiles() * (index + 1) / parts;
    int sizeX = spec.height() * spec.width() * spec.channels();
    int sizeY = spec.outPixels() * spec.filters();
    int own = scratchOf(worker);
    for (int i = tiles() * index / parts; i < end; i++) {
      int tile = groups.start(group) + i;
      int row = grid.row(tile);
      int column = grid.column(tile);
      int image = grid.image(tile);
      images.run(
          row - spec.top(),
          column - spec.left(),
          x,
          xo + image * sizeX,
          scratch,
          i * rowX,
          planeX,
          scratch,
          own);
      gradients.run(
          row,
          column,
          dy,
          dyo + image * sizeY,
          scratch,
          offsetY() + i * rowY,
          planeY,
          scratch,
          own);
    }
  }

  /** Adds the products of this group at one point, for some channels and all filters. */
  private void multiply(int index, int worker) {
    int point = index / channelParts.parts();
    int part = index % channelParts.parts();
    int channel1 = channelParts.start(part + 1);
    int width = 2 * kernels.lanes();
    int steps = tiles();
    for (int column = 0; column < spec.filters(); column += width) {
      int vectors = kernels.vectorsOf(spec.filters() - column, 2);
      int rows;
      for (int channel = channelParts.start(part); channel < channel1; channel += rows) {
        rows = kernels.rowsOf(channel1 - channel);
        int at = offsetW() + point * planeW + channel * rowW + column;
        boolean first = group == 0;
        kernels
            .kernel(rows, vectors)
            .run(
                layout,
                0,
                1,
                steps,
                scratch,
                point * planeX + channel,
                scratch,
                offsetY() + point * planeY + column,
                first ? Tiles.ZEROS : scratch,
                first ? 0 : at,
                first ? 0 : rowW,
                scratch,
                at,
                rowW);
      }
    }
  }

  /** The weights' gradients of some channels. */
  private void transformBack(int index, int worker) {
    int channel1 = Math.min(spec.channels(), (index + 1) * OUTPUT_CHANNELS);
    int lanes = kernels.lanes();
    int vectors = Split.units(spec.filters(), lanes);
    int next = WinogradForm.POINTS * planeW;
    int tap = spec.channels() * spec.filters();
    int own = scratchOf(worker);
    for (int channel = index * OUTPUT_CHANNELS; channel < channel1; channel++) {
      int from = offsetW() + channel * rowW;
      int to = dwo + channel * spec.filters();
      if (spec.filters() % lanes == 0) {
        output.run(vectors, scratch, from, next, planeW, dw, to, 3 * tap, tap, scratch, 0);
        continue;
      }
      output.run(vectors, scratch, from, next, planeW, scratch, own, 3 * rowW, rowW, scratch, 0);
      for (int i = 0; i < TAPS; i++) {
        System.arraycopy(scratch, own + i * rowW, dw, to + i * tap, spec.filters());
      }
    }
  }
}
