package dev.bramante.cpu.gemm;

import java.util.Arrays;

/** Runs kernels on tiles that may be narrower than their vectors. */
final class Tiles {
  /** Start values of a sum without a bias, as wide as the widest tile. */
  static final float[] ZEROS = new float[8 * 16];

  private Tiles() {}

  /** Floats of scratch memory that a tile of such a layout and width needs: its rows and a bias. */
  static int scratch(TileLayout layout, int width) {
    return (Arrays.stream(layout.rowC()).max().orElseThrow() + 2) * width;
  }

  /**
   * Runs a kernel; a tile with fewer columns than vectors hold goes through scratch memory, so that
   * nothing beyond its columns is read or written in {@code init} and {@code c}.
   *
   * @param rows rows of the tile
   * @param columns columns of the tile
   * @param width columns of the kernel
   * @param scratch scratch memory of this thread, {@link #scratch} floats
   * @param so offset of the scratch memory
   */
  static void run(
      MicroKernel kernel,
      TileLayout layout,
      int seg,
      int segs,
      int steps,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] init,
      int io,
      int ldi,
      float[] c,
      int co,
      int ldc,
      int rows,
      int columns,
      int width,
      float[] scratch,
      int so) {
    if (columns == width) {
      kernel.run(layout, seg, segs, steps, a, ao, b, bo, init, io, ldi, c, co, ldc);
      return;
    }
    var rowC = layout.rowC();
    int tile = so + width;
    if (init == ZEROS) {
      kernel.run(layout, seg, segs, steps, a, ao, b, bo, init, 0, 0, scratch, tile, width);
    } else if (ldi == 0) {
      System.arraycopy(init, io, scratch, so, columns);
      kernel.run(layout, seg, segs, steps, a, ao, b, bo, scratch, so, 0, scratch, tile, width);
    } else {
      for (int i = 0; i < rows; i++) {
        System.arraycopy(init, io + rowC[i] * ldi, scratch, tile + rowC[i] * width, columns);
      }
      kernel.run(
          layout, seg, segs, steps, a, ao, b, bo, scratch, tile, width, scratch, tile, width);
    }
    for (int i = 0; i < rows; i++) {
      System.arraycopy(scratch, tile + rowC[i] * width, c, co + rowC[i] * ldc, columns);
    }
  }
}
