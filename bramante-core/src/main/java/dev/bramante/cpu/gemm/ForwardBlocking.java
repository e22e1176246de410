package dev.bramante.cpu.gemm;

/**
 * How a convolution is cut. A task computes one part of the pixels and of the panels of an image;
 * within it, a block of pixels meets one group of panels after the other, so that x is read once
 * from memory, and a block of the result is finished while it is in the cache.
 *
 * @param pixels parts of the pixels
 * @param panels parts of the panels of filters
 * @param blockPixels pixels of a block
 * @param groupPanels panels of a group
 * @param packsPixels whether a block's pixels are copied to a distance that shares no cache sets
 */
record ForwardBlocking(
    Split pixels, Split panels, int blockPixels, int groupPanels, boolean packsPixels) {
  /**
   * Weights that the tiles of a block read again and again: a quarter of a cache of 1 MB. Groups of
   * 16 KB instead made 167 GFLOP/s of 176 where 512 filters are written to memory.
   */
  private static final int GROUP_FLOATS = 64 * 1024;

  /** What a block reads of x should leave half of a cache of 1 MB to weights and results. */
  private static final int BLOCK_FLOATS = 64 * 1024;

  /** Tiles of a block: from the fourth on, reading its weights costs less than 3 %. */
  private static final int MAX_BLOCK_TILES = 8;

  private static final int MIN_BLOCK_TILES = 2;

  /** Tasks that may be fewer than wished, so that each has whole blocks. */
  private static final int FEW_TASKS = 16;

  /** Panels of a task that make up for packing its pixels. */
  private static final int PACKED_PANELS = 4;

  /** At multiples of 4 KB, 12 pixels meet in 8 lines of the first-level cache. */
  private static final int ALIASING = 1024;

  /** What is added to a distance that aliases. */
  private static final int PADDING = 16;

  static ForwardBlocking of(ConvSpec spec, WeightPanels panels, KernelSet kernels) {
    int tile = kernels.maxRows();
    boolean packs = packsPixels(spec);
    int tiles = BLOCK_FLOATS / (tile * spec.kernelHeight() * spec.channels());
    int blockPixels = tile * Math.clamp(tiles, MIN_BLOCK_TILES, MAX_BLOCK_TILES);
    int tasks = Work.tasks(spec.multiplyAdds());
    int panelUnit = packs ? PACKED_PANELS : 1;
    int blocks = Split.units(spec.outPixels(), blockPixels);
    int wholeBlocks = spec.n() * blocks * Split.units(panels.count(), panelUnit);
    int mostParts = wholeBlocks >= Math.min(tasks, FEW_TASKS) ? blocks : tasks;
    int pixelTasks = Math.min(mostParts, Split.units(tasks, spec.n()));
    var pixelParts = Split.of(spec.outPixels(), tile, pixelTasks);
    int panelTasks = Split.units(tasks, spec.n() * pixelParts.parts());
    return new ForwardBlocking(
        pixelParts,
        Split.of(panels.count(), panelUnit, panelTasks),
        blockPixels,
        Math.max(1, GROUP_FLOATS / (panels.steps() * panels.width())),
        packs);
  }

  private static boolean packsPixels(ConvSpec spec) {
    boolean single = spec.kernelHeight() * spec.kernelWidth() * spec.groups() == 1;
    return single && spec.strideWidth() * spec.channels() % ALIASING == 0 && !spec.isPadded();
  }

  /** Distance of packed pixels. */
  static int pixelDistance(ConvSpec spec) {
    return spec.channels() + PADDING;
  }

  int tasks(int images) {
    return images * pixels.parts() * panels.parts();
  }
}
