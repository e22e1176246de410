package dev.bramante.cpu.gemm;

/** What is done to a block of a result as soon as it is final, while it is still in the cache. */
@FunctionalInterface
public interface TileEpilogue {
  /** Does nothing. */
  TileEpilogue NONE = (worker, batch, row0, row1, column0, column1) -> {};

  /**
   * Handles one block; every element of the result is in exactly one.
   *
   * @param worker who calls, as in {@link dev.bramante.cpu.pool.WorkerPool.Task}
   * @param batch which product of a batch, or image
   * @param row0 first row, or first pixel in row-major order from that image on
   * @param row1 end of the rows, exclusive
   * @param column0 first column, or channel
   * @param column1 end of the columns, exclusive
   */
  void apply(int worker, int batch, int row0, int row1, int column0, int column1);
}
