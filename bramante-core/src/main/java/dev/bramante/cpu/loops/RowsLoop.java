package dev.bramante.cpu.loops;

import dev.bramante.cpu.pool.WorkerPool;
import java.util.Arrays;

/**
 * Rows of a table by their numbers: gathers (table, ids, rows), or adds rows up in a table that is
 * zeroed first (ids, updates, table).
 */
final class RowsLoop implements Loop, WorkerPool.Task {
  /** Elements above which threads share the work. */
  private static final long SHARED = 1 << 16;

  private final WorkerPool pool;
  private final boolean gathers;
  private final int tableRows;
  private final int count;
  private final int length;
  private final int tasks;
  private int[] ids = {};
  private int idsOffset;
  private Object table = ids;
  private int tableOffset;
  private Object rows = ids;
  private int rowsOffset;

  /**
   * @param tableRows rows of the table
   * @param count how many ids there are
   * @param length elements of a row
   */
  RowsLoop(boolean gathers, int tableRows, int count, int length, WorkerPool pool) {
    this.pool = pool;
    this.gathers = gathers;
    this.tableRows = tableRows;
    this.count = count;
    this.length = length;
    long size = (long) length * (gathers ? count : tableRows + count);
    tasks = size >= SHARED && pool.threads() > 1 ? 4 * pool.threads() : 1;
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    int idsAt = gathers ? 1 : 0;
    int tableAt = gathers ? 0 : 2;
    int rowsAt = gathers ? 2 : 1;
    ids = (int[]) arrays[idsAt];
    idsOffset = offsets[idsAt];
    table = arrays[tableAt];
    tableOffset = offsets[tableAt];
    rows = arrays[rowsAt];
    rowsOffset = offsets[rowsAt];
  }

  /**
   * Does it.
   *
   * @throws IndexOutOfBoundsException if an id is not a row of the table
   */
  @Override
  public void run() {
    for (int i = 0; i < count; i++) {
      check(i);
    }
    if (tasks == 1) {
      run(0, 0);
    } else {
      pool.run(this, tasks);
    }
  }

  private void check(int i) {
    int id = ids[idsOffset + i];
    if (id < 0 || id >= tableRows) {
      throw new IndexOutOfBoundsException(
          "id %d at position %d is not a row of a table of %d rows; is the vocabulary smaller than the ids?"
              .formatted(id, i, tableRows));
    }
  }

  @Override
  public void run(int index, int worker) {
    if (gathers) {
      int end = part(count, index + 1);
      for (int i = part(count, index); i < end; i++) {
        int from = tableOffset + ids[idsOffset + i] * length;
        System.arraycopy(table, from, rows, rowsOffset + i * length, length);
      }
    } else if (tableRows >= tasks) {
      add(part(tableRows, index), part(tableRows, index + 1), 0, length);
    } else {
      add(0, tableRows, part(length, index), part(length, index + 1));
    }
  }

  private int part(int size, int index) {
    return (int) ((long) size * index / tasks);
  }

  /** One part of the table, each row in the order of the ids. */
  private void add(int row0, int row1, int col0, int col1) {
    for (int row = row0; row < row1; row++) {
      zero(tableOffset + row * length + col0, col1 - col0);
    }
    for (int i = 0; i < count; i++) {
      int row = ids[idsOffset + i];
      if (row >= row0 && row < row1) {
        int from = rowsOffset + i * length + col0;
        int to = tableOffset + row * length + col0;
        if (table instanceof float[] floats) {
          add((float[]) rows, from, floats, to, col1 - col0);
        } else {
          add((int[]) rows, from, (int[]) table, to, col1 - col0);
        }
      }
    }
  }

  private void zero(int at, int n) {
    if (table instanceof float[] floats) {
      Arrays.fill(floats, at, at + n, 0);
    } else {
      Arrays.fill((int[]) table, at, at + n, 0);
    }
  }

  private static void add(float[] a, int from, float[] b, int to, int n) {
    for (int i = 0; i < n; i++) {
      b[to + i] += a[from + i];
    }
  }

  private static void add(int[] a, int from, int[] b, int to, int n) {
    for (int i = 0; i < n; i++) {
      b[to + i] += a[from + i];
    }
  }
}
