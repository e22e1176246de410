package dev.bramante.cpu.gemm;

/**
 * Copies columns of row-major matrices into panels of one width, by whole vectors where both sides
 * have room for them.
 */
final class PanelCopy implements PanelWriter {
  private final int width;
  private final int whole;
  private final CopyKernel kernel;

  PanelCopy(int width, int lanes) {
    int vectors = Split.units(width, lanes);
    this.width = width;
    whole = vectors * lanes;
    kernel = CopyEmitter.kernel(new CopyForm.Rows(lanes, vectors));
  }

  /** Floats after the end of a panel that a copy may overwrite. */
  int overhang() {
    return whole - width;
  }

  /**
   * Copies up to {@code width} columns, as {@link Packing#panel} does.
   *
   * @param b the matrix, its first row at {@code bo}
   * @param ldb distance of its rows
   * @param steps number of rows
   * @param columns number of columns
   * @param panel where to, {@code steps × width} floats at {@code po}, and the overhang
   */
  void run(float[] b, int bo, int ldb, int steps, int columns, float[] panel, int po) {
    int vectored = columns == width ? Math.min(steps, steps(b, bo, ldb)) : 0;
    kernel.run(b, bo, ldb, panel, po, width, vectored);
    int from = bo + vectored * ldb;
    Packing.panel(b, from, ldb, steps - vectored, columns, panel, po + vectored * width, width);
  }

  /** Each row of the matrix at once, as memory likes to be read. */
  @Override
  public void spread(
      float[] b, int bo, int ldb, int steps, int columns, float[] panels, int po, int distance) {
    int full = columns / width;
    int vectored = width == whole ? full : 0;
    for (int k = 0; k < steps; k++) {
      kernel.run(b, bo + k * ldb, width, panels, po + k * width, distance, vectored);
    }
    for (int panel = vectored; panel * width < columns; panel++) {
      int from = bo + panel * width;
      int left = Math.min(width, columns - panel * width);
      Packing.panel(b, from, ldb, steps, left, panels, po + panel * distance, width);
    }
  }

  /** How many rows can be read by whole vectors. */
  private int steps(float[] b, int bo, int ldb) {
    int room = b.length - bo - whole;
    return room < 0 ? 0 : room / ldb + 1;
  }
}
