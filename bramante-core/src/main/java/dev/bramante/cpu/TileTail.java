package dev.bramante.cpu;

import dev.bramante.cpu.gemm.TileEpilogue;
import dev.bramante.cpu.loops.TileKernel;

/**
 * An elementwise tail of a product, applied to each tile by the worker that has finished it.
 *
 * @param tile the body, whose first input and output are the product
 * @param rowsPerItem rows of one product of a batch
 */
record TileTail(TileKernel tile, int rowsPerItem) implements TileEpilogue {
  @Override
  public void apply(int worker, int batch, int row0, int row1, int column0, int column1) {
    int first = batch * rowsPerItem;
    tile.apply(worker, first + row0, first + row1, column0, column1);
  }
}
