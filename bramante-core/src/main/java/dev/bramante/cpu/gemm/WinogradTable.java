package dev.bramante.cpu.gemm;

/**
 * When Winograd's formula is used, as measured: {@code docs/decisions/winograd.md} has the figures.
 *
 * @param leastChannels channels and filters from which on it pays
 * @param leastTiles tiles of 4×4 results, of all images, from which on it pays
 * @param lateTiles tiles up to which weights are transformed when a run comes to them
 * @param lateWeights channels × filters from which on they are
 */
record WinogradTable(int leastChannels, int leastTiles, int lateTiles, int lateWeights) {
  /**
   * Weights that are transformed once. With 4 tiles they take longer to read, being four times as
   * many, than the whole direct convolution.
   */
  static final WinogradTable FIXED_WEIGHTS = new WinogradTable(16, 16, 48, 1 << 18);

  /** Weights that are transformed in each run. */
  static final WinogradTable CHANGING_WEIGHTS = new WinogradTable(16, 32, 256, 1);

  /** The gradient of the weights. */
  static final WinogradTable WEIGHT_GRADIENT = new WinogradTable(32, 32, 0, 1);

  /** Tiles that are mostly outside of the images do too much in vain. */
  private static final double LEAST_SHARE = 0.5;

  /** Channels × filters whose weights take 600 MB at 36 points. */
  private static final long MOST_WEIGHTS = 1 << 22;

  /** The table for results. */
  static WinogradTable of(boolean fixedWeights) {
    return fixedWeights ? FIXED_WEIGHTS : CHANGING_WEIGHTS;
  }

  boolean pays(ConvSpec spec) {
    if (!supports(spec)) {
      return false;
    }
    int tiles = WinogradGrid.of(spec).tiles();
    double share = (double) spec.n() * spec.outPixels() / tiles;
    return Math.min(spec.channels(), spec.filters()) >= leastChannels
        && (long) spec.channels() * spec.filters() <= MOST_WEIGHTS
        && tiles >= leastTiles
        && share >= LEAST_SHARE * WinogradForm.TILE * WinogradForm.TILE;
  }

  /**
   * Whether weights are best transformed in a run, a panel at a time. Fixed ones of 512 channels
   * then take 9 MB instead of 38, at 32 tiles for a seventh of the time; others are transformed in
   * a cache instead of in memory.
   */
  boolean isLate(ConvSpec spec) {
    return WinogradGrid.of(spec).tiles() <= lateTiles
        && (long) spec.channels() * spec.filters() >= lateWeights;
  }

  /** Whether a convolution is one of those that the formula is for. */
  private static boolean supports(ConvSpec spec) {
    return spec.kernelHeight() == 3
        && spec.kernelWidth() == 3
        && spec.strideHeight() == 1
        && spec.strideWidth() == 1
        && spec.dilationHeight() == 1
        && spec.dilationWidth() == 1
        && spec.groups() == 1;
  }
}
