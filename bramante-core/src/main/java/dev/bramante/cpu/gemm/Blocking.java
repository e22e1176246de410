package dev.bramante.cpu.gemm;

/**
 * How a product is cut: what is packed, the blocks of the sum, and the blocks of C that are drawn
 * as tasks.
 *
 * @param packA whether A, stored transposed, is copied into panels as wide as a tile has rows
 * @param packB whether B is copied into panels for each call
 * @param packed whether the product is large enough for packing: then each task goes through the
 *     rows of its columns, and packs those of B itself
 * @param tile rows of a whole tile, and vectors in a row of a panel of B
 * @param sums blocks of the sum
 * @param rows blocks of the rows of C
 * @param columns blocks of the columns of C
 */
record Blocking(
    boolean packA,
    boolean packB,
    boolean packed,
    KernelSet.Tile tile,
    Split sums,
    Split rows,
    Split columns) {

  /** Longest block of a sum whose A is read in place: its six rows in a tile are 36 KB then. */
  private static final int MAX_SUM = 1536;

  /** Longest block of a sum whose A is packed as panels of twelve rows: 48 KB each. */
  private static final int MAX_SUM_OF_COLUMNS = 1024;

  /** From here on packing costs less than it saves. */
  private static final long MULTIPLY_ADDS_PACKED = 4_000_000;

  /** Rows of a block of C in a packed product, about, which stays in the second-level cache. */
  private static final int PACKED_ROWS = 144;

  /**
   * Columns of such a block, about: with more, tasks are few and threads wait for the last one;
   * with fewer, A is read more often.
   */
  private static final int PACKED_COLUMNS = 128;

  static Blocking of(GemmSpec spec, KernelSet kernels) {
    boolean packed =
        spec.multiplyAdds() >= MULTIPLY_ADDS_PACKED
            && spec.m() >= 4 * kernels.maxRows()
            && spec.n() >= 4 * 32;
    if (packed) {
      return packed(spec, kernels);
    }
    var tile = new KernelSet.Tile(kernels.maxRows(), kernels.panelVectors(spec.m()));
    int rowTiles = Split.units(spec.m(), tile.rows());
    int tasks = Split.units(Work.tasks(spec.multiplyAdds() * spec.batch()), spec.batch());
    int rowTasks = Math.min(tasks, rowTiles);
    return new Blocking(
        false,
        spec.transB() && !spec.packedB(),
        false,
        tile,
        new Split(spec.k(), spec.k(), 1),
        Split.of(spec.m(), tile.rows(), rowTasks),
        Split.of(spec.n(), tile.vectors() * kernels.lanes(), Split.units(tasks, rowTasks)));
  }

  private static Blocking packed(GemmSpec spec, KernelSet kernels) {
    var tile = spec.transA() ? kernels.tallTile() : kernels.wideTile();
    int longest = spec.transA() ? MAX_SUM_OF_COLUMNS : MAX_SUM;
    return new Blocking(
        spec.transA(),
        !spec.packedB(),
        true,
        tile,
        Split.of(spec.k(), 16, Split.units(spec.k(), longest)),
        Split.of(spec.m(), tile.rows(), Split.units(spec.m(), PACKED_ROWS)),
        Split.of(
            spec.n(),
            tile.vectors() * kernels.lanes(),
            Split.even(Split.units(spec.n(), PACKED_COLUMNS))));
  }

  /** Blocks of C. */
  int tasks() {
    return rows.parts() * columns.parts();
  }

  /** Steps of the longest block of the sum. */
  int maxSum() {
    int longest = 0;
    for (int i = 0; i < sums.parts(); i++) {
      longest = Math.max(longest, sums.start(i + 1) - sums.start(i));
    }
    return longest;
  }

  /** Columns of the widest block of C, in whole panels. */
  int maxColumns() {
    int widest = 0;
    for (int i = 0; i < columns.parts(); i++) {
      int units = Split.units(columns.start(i + 1) - columns.start(i), columns.unit());
      widest = Math.max(widest, units * columns.unit());
    }
    return widest;
  }
}
