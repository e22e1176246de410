package dev.bramante.cpu.gemm;

/**
 * Products of small blocks by micro-kernels, for attention: C = A·B or C += A·B, where B is packed
 * panels of two vectors or rows as they lie.
 */
final class AttentionBlock {
  private final KernelSet kernels;
  private final int width;
  private final PanelTranspose transpose;

  AttentionBlock(int lanes) {
    kernels = KernelSet.of(lanes);
    width = 2 * lanes;
    transpose = new PanelTranspose(width, lanes);
  }

  /** Columns of a panel. */
  int width() {
    return width;
  }

  /** Rows of the largest tile. */
  int tile() {
    return kernels.maxRows();
  }

  /** Makes the kernels of products with so many rows and columns of C. */
  void prepare(int rows, int columns) {
    for (int left = rows; left > 0; left -= kernels.rowsOf(left)) {
      int tile = kernels.rowsOf(left);
      int step;
      for (int column = 0; column < columns; column += step) {
        int vectors = kernels.vectorsOf(columns - column, kernels.panelVectors(tile));
        kernels.kernel(tile, vectors);
        step = vectors * kernels.lanes();
      }
      kernels.kernel(tile, 1);
      kernels.kernel(tile, 2);
    }
  }

  /** Columns padded to whole panels. */
  int padded(int columns) {
    return Split.units(columns, width) * width;
  }

  /** Scratch floats that products need for tiles that are narrower than their vectors. */
  int scratch() {
    // Tiles of three rows or fewer are up to four times as wide, and a row is for what they start
    // from.
    return Math.max(Tiles.scratch(layout(0, 0, 0), width), 8 * width);
  }

  /** Where the rows and steps of a product's operands lie; one for each kind of product. */
  TileLayout layout(int rowA, int stepA, int stepB) {
    return TileLayout.even(kernels.maxRows(), rowA, stepA, stepB);
  }

  /** Packs rows of a matrix as columns of panels, padded with zeros. */
  void pack(float[] from, int fo, int distance, int rows, int steps, float[] panels, int po) {
    transpose.spread(from, fo, distance, steps, rows, panels, po, width * steps);
  }

  /** A row of tiles of scores, by whole vectors of panels: C has room for them. */
  void panels(
      TileLayout layout,
      int rows,
      int columns,
      int steps,
      float[] a,
      int ao,
      float[] panels,
      int po,
      float[] c,
      int co,
      int rowC) {
    for (int column = 0; column < columns; column += width) {
      int vectors = columns - column > kernels.lanes() ? 2 : 1;
      MicroKernel kernel = kernels.kernel(rows, vectors);
      int panel = po + column * steps;
      kernel.run(
          layout, 0, 1, steps, a, ao, panels, panel, Tiles.ZEROS, 0, 0, c, co + column, rowC);
    }
  }

  /** A row of tiles of C, added to what C holds if so wished; B lies in rows. */
  void rows(
      TileLayout layout,
      int rows,
      int columns,
      int steps,
      float[] a,
      int ao,
      float[] b,
      int bo,
      boolean adds,
      float[] c,
      int co,
      int rowC,
      float[] scratch,
      int so) {
    int step;
    for (int column = 0; column < columns; column += step) {
      int vectors = kernels.vectorsOf(columns - column, kernels.panelVectors(rows));
      step = vectors * kernels.lanes();
      int to = co + column;
      Tiles.run(
          kernels.kernel(rows, vectors),
          layout,
          0,
          1,
          steps,
          a,
          ao,
          b,
          bo + column,
          adds ? c : Tiles.ZEROS,
          adds ? to : 0,
          adds ? rowC : 0,
          c,
          to,
          rowC,
          rows,
          Math.min(step, columns - column),
          step,
          scratch,
          so);
    }
  }

  /** Rows of the next tile. */
  int rowsOf(int left) {
    return kernels.rowsOf(left);
  }
}
