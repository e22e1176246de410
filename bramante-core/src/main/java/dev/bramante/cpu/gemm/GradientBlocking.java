package dev.bramante.cpu.gemm;

/**
 * How the weight gradient of a convolution is cut. Rows are those of the results of all images; a
 * task sums over one chunk of them, block by block, for one part of the taps and of the panels.
 *
 * @param chunks chunks of the rows, whose sums are added at the end
 * @param taps parts of the taps
 * @param panels parts of the panels of filters
 * @param blockRows rows of a block
 */
record GradientBlocking(Split chunks, Split taps, Split panels, int blockRows) {
  /** What a task reads of x and dy in one block should fit into half of a cache of 1 MB. */
  private static final int BLOCK_FLOATS = 96 * 1024;

  /** Floats of all chunks of dw together: 8 MB, which an outer cache holds. */
  private static final int CHUNK_FLOATS = 2 * 1024 * 1024;

  /** More would write and add up more partial sums than keeps 16 threads busy. */
  private static final int MAX_CHUNKS = 16;

  /** Panels of a part: what is read of x serves all of them. */
  private static final int PART_PANELS = 8;

  static GradientBlocking of(ConvSpec spec, WeightPanels panels, KernelSet kernels) {
    int rows = spec.n() * spec.outHeight();
    int most = BLOCK_FLOATS / rowFloats(spec);
    int blockRows = Math.clamp(most, 1, rows);
    int tasks = Work.tasks(spec.multiplyAdds());
    int sizeWeights = spec.taps() * spec.filters();
    int mostChunks = Math.clamp(CHUNK_FLOATS / sizeWeights, 1, Split.units(rows, blockRows));
    var chunks = Split.of(rows, 1, Math.min(Math.min(tasks, MAX_CHUNKS), mostChunks));
    int parts = Split.units(tasks, chunks.parts());
    var panelParts = Split.of(panels.count(), PART_PANELS, parts);
    int tapParts = Math.min(spec.taps(), Split.units(parts, panelParts.parts()));
    int longest = Split.units(rows, chunks.parts());
    return new GradientBlocking(
        chunks,
        Split.of(spec.taps(), kernels.maxRows(), tapParts),
        panelParts,
        Split.units(longest, Split.units(longest, blockRows)));
  }

  /** Floats of x and dy behind a row of output pixels. */
  private static int rowFloats(ConvSpec spec) {
    return spec.strideHeight() * spec.paddedWidth() * spec.channels()
        + spec.outWidth() * spec.filters();
  }

  int tasks() {
    return chunks.parts() * taps.parts() * panels.parts();
  }
}
