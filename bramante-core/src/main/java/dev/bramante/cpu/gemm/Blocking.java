package dev.bramante.cpu.gemm;

/**
 * How a product is cut: what is packed, the blocks of the sum, and the blocks of C that are drawn
 * as tasks.
 *
 * @param packA whether A is copied into rows of {@link #ROW_DISTANCE} (or panels, if transposed);
 *     reading it in place saves 5 % of a product where rows don't share sets of the cache
 * @param packB whether B is copied into panels for each call
 * @param packed whether the product is large enough for packing: then each task goes through the
 *     rows of its columns, and packs those of B itself
 * @param panelVectors vectors in a row of a panel of B
 * @param sums blocks of the sum
 * @param rows blocks of the rows of C
 * @param columns blocks of the columns of C
 */
record Blocking(
    boolean packA,
    boolean packB,
    boolean packed,
    int panelVectors,
    Split sums,
    Split rows,
    Split columns) {

  /** Longest block of a packed sum. */
  static final int MAX_SUM = 768;

  /** Likewise where A is transposed and packed as panels: C is then read and written less often. */
  private static final int MAX_SUM_OF_COLUMNS = 1024;

  /** Distance of packed rows of A: not a multiple of 4 KB, so that a tile's rows share no set. */
  static final int ROW_DISTANCE = MAX_SUM + 16;

  /** From here on packing costs less than it saves. */
  private static final long MULTIPLY_ADDS_PACKED = 4_000_000;

  /** Rows and panels of a block of C in a packed product: 16 tiles in the second-level cache. */
  private static final int PACKED_ROW_TILES = 12;

  private static final int PACKED_PANELS = 6;

  /**
   * A few blocks of columns are made a multiple of this, so that two or four threads get as many
   * each; from 3 blocks on, since A is read again for each, and up to so many that one more doesn't
   * matter. 512 × 512 × 2048 by two threads in 12 blocks instead of 11: 4 to 5 % faster.
   */
  private static final int EVEN_BLOCKS = 4;

  private static final int MANY_BLOCKS = 32;

  private static final int SETS = 64;
  private static final int WAYS = 4;
  private static final int LINE = 16;

  static Blocking of(GemmSpec spec, KernelSet kernels) {
    int panelVectors = kernels.panelVectors(spec.m());
    int width = panelVectors * kernels.lanes();
    int tile = kernels.maxRows();
    boolean packed =
        spec.multiplyAdds() >= MULTIPLY_ADDS_PACKED && spec.m() >= 4 * tile && spec.n() >= 4 * 32;
    int panels = Split.units(spec.n(), width);
    int rowTiles = Split.units(spec.m(), tile);
    if (packed) {
      return new Blocking(
          spec.transA() || sharesSets(spec.lda(), tile),
          !spec.packedB(),
          true,
          panelVectors,
          Split.of(
              spec.k(), 16, Split.units(spec.k(), spec.transA() ? MAX_SUM_OF_COLUMNS : MAX_SUM)),
          Split.of(spec.m(), tile, Split.units(rowTiles, PACKED_ROW_TILES)),
          Split.of(spec.n(), width, columnBlocks(panels)));
    }
    int tasks = Split.units(Work.tasks(spec.multiplyAdds() * spec.batch()), spec.batch());
    int rowTasks = Math.min(tasks, rowTiles);
    return new Blocking(
        false,
        spec.transB() && !spec.packedB(),
        false,
        panelVectors,
        new Split(spec.k(), spec.k(), 1),
        Split.of(spec.m(), tile, rowTasks),
        Split.of(spec.n(), width, Split.units(tasks, rowTasks)));
  }

  private static int columnBlocks(int panels) {
    int blocks = Split.units(panels, PACKED_PANELS);
    boolean few = blocks > 2 && blocks < MANY_BLOCKS;
    return few ? Split.units(blocks, EVEN_BLOCKS) * EVEN_BLOCKS : blocks;
  }

  /**
   * Whether so many rows of A at such a distance fall into too few sets of a first-level cache of
   * 64 sets and 8 ways, of which B needs half.
   */
  private static boolean sharesSets(int distance, int rows) {
    var lines = new int[SETS];
    int most = 0;
    for (int i = 0; i < rows; i++) {
      most = Math.max(most, ++lines[(int) ((long) i * distance / LINE % SETS)]);
    }
    return most > WAYS;
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
