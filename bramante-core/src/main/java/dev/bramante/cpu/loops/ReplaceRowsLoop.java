package dev.bramante.cpu.loops;

import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.tensor.Shape;

/** Writes rows into tables; the tables themselves are copied unless the result lies on them. */
final class ReplaceRowsLoop implements Loop, WorkerPool.Task {
  private final WorkerPool pool;
  private final int tables;
  private final int tableRows;
  private final int count;
  private final int length;
  private final int firsts;
  private Object source = new float[0];
  private Object rows = source;
  private Object target = source;
  private int[] first = {};
  private int sourceOffset;
  private int rowsOffset;
  private int targetOffset;
  private int firstOffset;

  /**
   * @param table the shape of the tables
   * @param rows the shape of the rows
   * @param firsts how many first rows there are: one, or one for each table
   */
  ReplaceRowsLoop(Shape table, Shape rows, int firsts, WorkerPool pool) {
    this.pool = pool;
    this.firsts = firsts;
    tables = table.dim(0);
    tableRows = table.dim(1);
    count = rows.dim(1);
    length = table.size(2, table.rank());
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    source = arrays[0];
    sourceOffset = offsets[0];
    rows = arrays[1];
    rowsOffset = offsets[1];
    first = (int[]) arrays[2];
    firstOffset = offsets[2];
    target = arrays[3];
    targetOffset = offsets[3];
  }

  /**
   * Does it.
   *
   * @throws IndexOutOfBoundsException if rows would lie outside of their table
   */
  @Override
  public void run() {
    for (int table = 0; table < tables; table++) {
      int at = first(table);
      if (at < 0 || at > tableRows - count) {
        throw new IndexOutOfBoundsException(
            "%d rows from row %d on don't fit into table %d of %d rows; is the cache full?"
                .formatted(count, at, table, tableRows));
      }
    }
    if (source == target && sourceOffset == targetOffset) {
      for (int table = 0; table < tables; table++) {
        replace(table);
      }
    } else {
      pool.run(this, tables);
    }
  }

  private int first(int table) {
    return first[firstOffset + (firsts == 1 ? 0 : table)];
  }

  @Override
  public void run(int table, int worker) {
    int at = table * tableRows * length;
    System.arraycopy(source, sourceOffset + at, target, targetOffset + at, tableRows * length);
    replace(table);
  }

  private void replace(int table) {
    int from = rowsOffset + table * count * length;
    int to = targetOffset + (table * tableRows + first(table)) * length;
    System.arraycopy(rows, from, target, to, count * length);
  }
}
