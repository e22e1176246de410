package dev.bramante.cpu.loops;

import dev.bramante.cpu.pool.WorkerPool;
import java.util.Arrays;

/**
 * Rows of a table by their numbers: gathers them (table, ids, rows), adds rows up in a table that
 * is zeroed first (ids, updates, table), or adds them to a table (table, ids, updates, table),
 * which is copied unless the result lies on it.
 */
final class RowsLoop implements Loop, WorkerPool.Task {
  /** What is done. */
  enum Kind {
    GATHER,
    SCATTER,
    ADD
  }

  /** Elements above which threads share the work. */
  private static final long SHARED = 1 << 16;

  private final WorkerPool pool;
  private final Kind kind;
  private final int tableRows;
  private final int count;
  private final int length;
  private final int tasks;
  private int[] ids = {};
  private int idsOffset;
  private Object table = ids;
  private int tableOffset;
  private Object base = ids;
  private int baseOffset;
  private Object rows = ids;
  private int rowsOffset;

  /**
   * @param kind what is done
   * @param tableRows rows of the table
   * @param count how many ids there are
   * @param length elements of a row
   */
  RowsLoop(Kind kind, int tableRows, int count, int length, WorkerPool pool) {
    this.pool = pool;
    this.kind = kind;
    this.tableRows = tableRows;
    this.count = count;
    this.length = length;
    long size = (long) length * (kind == Kind.SCATTER ? tableRows + count : count);
    tasks = size >= SHARED && pool.threads() > 1 ? 4 * pool.threads() : 1;
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    int idsAt = kind == Kind.SCATTER ? 0 : 1;
    int rowsAt = kind == Kind.SCATTER ? 1 : 2;
    int tableAt = kind == Kind.GATHER ? 0 : arrays.length - 1;
    base = arrays[0];
    baseOffset = offsets[0];
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
    if (kind == Kind.GATHER) {
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
    if (kind == Kind.SCATTER || base != table || baseOffset != tableOffset) {
      for (int row = row0; row < row1; row++) {
        begin(row * length + col0, col1 - col0);
      }
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

  /** What is added to: zeros or the table as it was. */
  private void begin(int from, int n) {
    int at = tableOffset + from;
    if (kind == Kind.ADD) {
      System.arraycopy(base, baseOffset + from, table, at, n);
    } else if (table instanceof float[] floats) {
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
