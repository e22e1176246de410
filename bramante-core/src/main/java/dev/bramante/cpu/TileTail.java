package dev.bramante.cpu;

import dev.bramante.cpu.gemm.TileEpilogue;
import dev.bramante.cpu.loops.TileKernel;
import dev.bramante.graph.Graph;
import java.util.List;

/** An elementwise tail of a product, applied to each tile by the worker that has finished it. */
final class TileTail implements TileEpilogue {
  private final TileKernel tile;
  private final int rowsPerItem;

  /**
   * A tail.
   *
   * @param body whose first input is the product so far
   * @param rowsPerItem rows of one product of a batch
   * @param operands the product, and the body's further operands
   * @param out where the product and the result are
   */
  TileTail(CpuContext context, Graph body, int rowsPerItem, List<Operand> operands, Operand out) {
    this.rowsPerItem = rowsPerItem;
    this.tile = new TileKernel(body, context.vectorBits(), context.pool().threads());
    var all = Operand.concat(operands, List.of(out));
    tile.bind(Operand.arrays(all), Operand.offsets(all));
  }

  @Override
  public void apply(int worker, int batch, int row0, int row1, int column0, int column1) {
    int first = batch * rowsPerItem;
    tile.apply(worker, first + row0, first + row1, column0, column1);
  }
}
