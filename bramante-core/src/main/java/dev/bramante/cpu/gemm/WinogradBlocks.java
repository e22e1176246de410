package dev.bramante.cpu.gemm;

/**
 * How the tiles of a Winograd convolution are cut. The cut depends on sizes alone.
 *
 * @param isShared whether all threads work on one group at a time, instead of one group each
 * @param groups groups of tiles whose points are in memory together
 * @param partTiles tiles of a group that are multiplied with a panel of weights at a time
 * @param unit tiles that fill the largest kernel
 */
record WinogradBlocks(boolean isShared, Split groups, int partTiles, int unit) {
  /** Up to so many channels a thread's points and the weights share a second-level cache. */
  private static final int MAX_OWN_ROW = 144;

  /** Tiles of a thread's own group. */
  private static final int OWN_TILES = 24;

  /** Floats of points of a shared group: 8 MB of the third-level cache. */
  private static final int SHARED_FLOATS = 2 << 20;

  /** Tiles that are multiplied at a time in a shared group. */
  private static final int PART_TILES = 48;

  /** A group of all threads should have so many tasks. */
  private static final int TASKS = 16;

  private static final int POINTS = WinogradForm.POINTS * WinogradForm.POINTS;

  static WinogradBlocks of(WinogradGrid grid, int rowV, int panels, int unit) {
    int tiles = grid.tiles();
    int units = Split.units(tiles, unit);
    int own = Split.units(tiles, OWN_TILES);
    if (rowV <= MAX_OWN_ROW && own >= TASKS) {
      var groups = Split.of(tiles, unit, own);
      return new WinogradBlocks(false, groups, longest(groups), unit);
    }
    int most = Math.max(unit, SHARED_FLOATS / (POINTS * rowV) / unit * unit);
    var groups = Split.of(tiles, unit, Split.units(tiles, most));
    int perPanel = Split.units(TASKS, panels);
    int part = Math.min(PART_TILES / unit, Split.units(units, perPanel * groups.parts()));
    return new WinogradBlocks(true, groups, Math.max(1, part) * unit, unit);
  }

  private static int longest(Split split) {
    int longest = 0;
    for (int i = 0; i < split.parts(); i++) {
      longest = Math.max(longest, split.start(i + 1) - split.start(i));
    }
    return longest;
  }

  /** Tiles of the largest group. */
  int groupTiles() {
    return longest(groups);
  }

  /** Parts of a group of so many tiles that are multiplied. */
  int parts(int tiles) {
    return Split.units(tiles, partTiles);
  }

  /** Parts of a group of so many tiles that are transformed. */
  int inputParts(int tiles) {
    return Math.min(tiles, 4 * TASKS);
  }

  /** All numbers of tiles that are multiplied at a time. */
  Split rows() {
    return Split.of(groups.total(), unit, 1);
  }
}
