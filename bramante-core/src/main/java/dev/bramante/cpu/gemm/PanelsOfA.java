package dev.bramante.cpu.gemm;

/** Copies a transposed A into panels as wide as a tile has rows, for all threads. */
final class PanelsOfA {
  /** Rows of A that are copied by one task. */
  private static final int ROWS = 48;

  /** Steps whose lines stay in the first-level cache while tiles take parts of them. */
  private static final int STEPS = 16;

  private final int rows;
  private final int distance;
  private final int tile;
  private final CopyKernel kernel;

  PanelsOfA(GemmSpec spec, int tile, int lanes) {
    rows = spec.m();
    distance = spec.lda();
    this.tile = tile;
    kernel = CopyEmitter.kernel(new CopyForm.Rows(lanes, Split.units(tile, lanes)));
  }

  /** Tasks of a block of the sum. */
  int tasks() {
    return Split.units(rows, ROWS);
  }

  /** Floats of a block of so many steps of the sum. */
  int size(int steps) {
    return Split.units(rows, tile) * tile * steps;
  }

  /**
   * Copies some rows of a block of the sum.
   *
   * @param a where A is stored
   * @param ao offset of the block's first step
   * @param panels where to
   * @param po offset of the block's panels
   */
  void pack(int task, float[] a, int ao, int steps, float[] panels, int po) {
    int row0 = task * ROWS;
    int row1 = Math.min(rows, row0 + ROWS);
    for (int k = 0; k < steps; k += STEPS) {
      int count = Math.min(STEPS, steps - k);
      for (int row = row0; row < row1; row += tile) {
        int columns = Math.min(tile, row1 - row);
        int from = ao + k * distance + row;
        int at = po + row * steps + k * tile;
        // what the last step would write behind its end is another task's
        int copied = columns == tile ? Math.min(count, steps - 1 - k) : 0;
        kernel.run(a, from, distance, panels, at, tile, copied);
        from += copied * distance;
        at += copied * tile;
        Packing.panel(a, from, distance, count - copied, columns, panels, at, tile);
      }
    }
  }
}
