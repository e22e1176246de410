package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * Adds up the sums of chunks, pair by pair, in an order that depends on their number alone. The
 * first chunk's stand where the result will be, those of the others follow each other elsewhere.
 */
final class ChunkSums {
  /** Floats that are added up by one task. */
  private static final int FLOATS = 4096;

  private final WorkerPool pool;
  private final int chunks;
  private final int size;
  private final WorkerPool.Task task = this::add;

  // The run that is going on.
  private float[] first = {};
  private float[] others = {};
  private int fo;
  private int oo;

  ChunkSums(WorkerPool pool, int chunks, int size) {
    this.pool = pool;
    this.chunks = chunks;
    this.size = size;
  }

  /** Floats of the sums of all chunks but the first. */
  long scratch() {
    return (chunks - 1L) * size;
  }

  /** Adds all to the first. */
  void run(float[] first, int fo, float[] others, int oo) {
    this.first = first;
    this.fo = fo;
    this.others = others;
    this.oo = oo;
    if (chunks > 1) {
      pool.run(task, Split.units(size, FLOATS));
    }
  }

  private void add(int index, int worker) {
    int from = index * FLOATS;
    int count = Math.min(FLOATS, size - from);
    for (int distance = 1; distance < chunks; distance *= 2) {
      for (int chunk = 0; chunk + distance < chunks; chunk += 2 * distance) {
        int other = oo + (chunk + distance - 1) * size + from;
        if (chunk == 0) {
          plus(first, fo + from, others, other, count);
        } else {
          plus(others, oo + (chunk - 1) * size + from, others, other, count);
        }
      }
    }
  }

  private static void plus(float[] to, int at, float[] from, int fo, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] += from[fo + i];
    }
  }
}
