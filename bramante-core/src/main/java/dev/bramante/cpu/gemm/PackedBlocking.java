package dev.bramante.cpu.gemm;

/**
 * How a weight gradient is cut whose operands are packed. A task sums over one chunk of the pixels
 * of all results, block by block, for one part of the taps and of the panels.
 *
 * @param chunks chunks of the pixels, whose sums are added at the end
 * @param taps parts of the taps
 * @param panels parts of the panels of filters
 * @param blockPixels pixels of a block
 */
record PackedBlocking(Split chunks, Split taps, Split panels, int blockPixels) {
  /**
   * Floats of a block's panels and of a group of tiles: three quarters of a cache of 1 MB. Long
   * groups read long pieces of memory: 8 tiles took a tenth more than 24.
   */
  private static final int GROUP_FLOATS = 184 * 1024;

  private static final int LEAST_GROUP = 4;
  private static final int MOST_GROUP = 24;

  /** Longest sum over a block. */
  private static final int BLOCK_PIXELS = 512;

  /** Panels of a part, of which a block takes half of a cache of 1 MB. */
  private static final int PART_PANELS = 8;

  /** Taps of a part: so many make up for packing the panels. */
  private static final int PART_TAPS = 256;

  /** Enough for 16 threads. */
  private static final int MOST_TASKS = 16;

  /** Pixels of a chunk: with fewer, adding up the sums takes more than a tenth. */
  private static final int CHUNK_PIXELS = 768;

  /** Where whole tiles and panels are filled. */
  private static final int LEAST_RUN = 48;

  private static final int LEAST_FILTERS = 64;

  /** Either the taps or the filters have to make up for copying the other. */
  private static final int LEAST_REUSE = 128;

  /** Shorter sums are not worth their tiles. */
  private static final int LEAST_PIXELS = 32;

  /** Whether it is worth to copy what such a convolution reads. */
  static boolean pays(ConvSpec spec) {
    return spec.groups() == 1
        && spec.contiguousTaps() >= LEAST_RUN
        && spec.filters() >= LEAST_FILTERS
        && Math.max(spec.taps(), spec.filters()) >= LEAST_REUSE
        && spec.n() * spec.outPixels() >= LEAST_PIXELS;
  }

  static PackedBlocking of(ConvSpec spec, WeightPanels panels, int tile) {
    int pixels = spec.n() * spec.outPixels();
    var panelParts = Split.of(panels.count(), 1, Split.units(panels.count(), PART_PANELS));
    int wished = Split.units(MOST_TASKS, panelParts.parts());
    int tapParts = Math.clamp(Split.even(spec.taps() / PART_TAPS), 1, wished);
    int parts = panelParts.parts() * tapParts;
    int chunks = Math.clamp(pixels / CHUNK_PIXELS, 1, Split.units(MOST_TASKS, parts));
    int longest = Split.units(pixels, chunks);
    return new PackedBlocking(
        Split.of(pixels, 1, chunks),
        Split.of(spec.taps(), tile, tapParts),
        panelParts,
        Split.units(longest, Split.units(longest, BLOCK_PIXELS)));
  }

  /** Tiles whose taps are packed at a time. */
  int groupTiles(int tile, int width) {
    return Math.clamp(
        (GROUP_FLOATS / blockPixels - partPanels() * width) / tile, LEAST_GROUP, MOST_GROUP);
  }

  int tasks() {
    return chunks.parts() * taps.parts() * panels.parts();
  }

  /** Panels of the largest part. */
  int partPanels() {
    int most = 0;
    for (int part = 0; part < panels.parts(); part++) {
      most = Math.max(most, panels.start(part + 1) - panels.start(part));
    }
    return most;
  }
}
