package dev.bramante.cpu.gemm;

import java.util.Arrays;

/** Attention of one head of one sequence; what a worker does at a time. */
final class AttentionForwardHead {
  /** Keys of a block: 64 KB when packed, of 64 elements each, stay in the second-level cache. */
  private static final int KEY_BLOCK = 256;

  /** So few queries are multiplied with keys as they lie. */
  private static final int FEW_QUERIES = 3;

  private final AttentionSizes sizes;
  private final AttentionOperands operands;
  private final AttentionBlock block;
  private final AttentionRows rows;
  private final AttentionScores scores;
  private final TileLayout scoreLayout;
  private final TileLayout valueLayout;
  private final int scoreRow;

  // Places in the scratch memory.
  private final int scoresAt;
  private final int maximaAt;
  private final int totalsAt;
  private final int tileAt;

  // The head that is worked on.
  private float[] f = {};
  private int base;
  private int q;
  private int k;
  private int v;
  private int y;
  private int sums;

  AttentionForwardHead(
      AttentionSizes sizes, AttentionRule rule, AttentionOperands operands, int lanes) {
    this.sizes = sizes;
    this.operands = operands;
    block = new AttentionBlock(lanes);
    block.prepare(sizes.queries(), sizes.valueWidth());
    rows = AttentionWidth.of(lanes);
    scores = new AttentionScores(sizes, rule, lanes);
    int keys = block.padded(Math.min(KEY_BLOCK, sizes.keys()));
    scoreRow = keys + 16; // not a multiple of 4 KB
    scoreLayout = block.layout(operands.q().distance(), 1, block.width());
    valueLayout = block.layout(scoreRow, 1, operands.v().distance());
    scoresAt = keys * sizes.width();
    maximaAt = scoresAt + block.tile() * scoreRow;
    totalsAt = maximaAt + sizes.queries();
    tileAt = totalsAt + sizes.queries();
  }

  /** Floats of scratch memory. */
  int scratch() {
    return tileAt + block.scratch();
  }

  /** From now on this head of this sequence. */
  void start(float[] memory, int at, int batch, int head) {
    f = memory;
    base = at;
    q = operands.q().at(batch * sizes.queries(), head * sizes.width());
    k = operands.k().at(batch * sizes.keys(), head * sizes.width());
    v = operands.v().at(batch * sizes.keys(), head * sizes.valueWidth());
    y = operands.y().at(batch * sizes.queries(), head * sizes.valueWidth());
    sums = operands.sums().offset() + (batch * sizes.heads() + head) * sizes.queries();
    scores.start(batch, head);
  }

  /** Computes a range of queries. */
  void run(int from, int to) {
    Arrays.fill(f, base + maximaAt + from, base + maximaAt + to, Float.NEGATIVE_INFINITY);
    Arrays.fill(f, base + totalsAt + from, base + totalsAt + to, 0);
    int end = to == from ? 0 : scores.visible(to - 1);
    for (int key = 0; key < end; key += KEY_BLOCK) {
      keyBlock(from, to, key, Math.min(KEY_BLOCK, end - key));
    }
    for (int query = from; query < to; query++) {
      finish(query);
    }
  }

  private void keyBlock(int from, int to, int key, int keys) {
    boolean packs = to - from > FEW_QUERIES;
    if (packs) {
      int row = operands.k().distance();
      block.pack(operands.k().floats(), k + key * row, row, keys, sizes.width(), f, base);
    }
    int tile;
    for (int query = from; query < to; query += tile) {
      tile = block.rowsOf(to - query);
      int columns = scores.visible(query + tile - 1, key, keys);
      if (columns == 0) {
        continue;
      }
      if (packs) {
        int at = q + query * operands.q().distance();
        float[] queries = operands.q().floats();
        int into = base + scoresAt;
        block.panels(
            scoreLayout, tile, columns, sizes.width(), queries, at, f, base, f, into, scoreRow);
      } else {
        dots(query, tile, key, columns);
      }
      for (int i = 0; i < tile; i++) {
        row(query + i, base + scoresAt + i * scoreRow, key, columns);
      }
      if (operands.y().isWanted()) {
        values(query, tile, key, columns);
      }
    }
  }

  private void dots(int query, int queries, int key, int keys) {
    for (int i = 0; i < queries; i++) {
      int at = q + (query + i) * operands.q().distance();
      int to = base + scoresAt + i * scoreRow;
      for (int j = 0; j < keys; j++) {
        int other = k + (key + j) * operands.k().distance();
        f[to + j] =
            rows.dot(operands.q().floats(), at, operands.k().floats(), other, sizes.width());
      }
    }
  }

  /** Turns a row of scores into probabilities, not yet divided by their sum. */
  private void row(int query, int at, int key, int columns) {
    int visible = scores.visible(query, key, columns);
    float old = f[base + maximaAt + query];
    float max = Float.NEGATIVE_INFINITY;
    int padded = 0;
    float factor = scores.factor();
    if (visible > 0) {
      padded = scores.prepare(f, at, query, key, visible);
      max = Math.max(old, rows.max(f, at, visible) * factor);
    }
    if (max == Float.NEGATIVE_INFINITY) {
      Arrays.fill(f, at, at + columns, 0);
      return;
    }
    float total = f[base + totalsAt + query];
    if (key > 0 && max > old) {
      float shrink = (float) Math.pow(2, old - max);
      total *= shrink;
      if (operands.y().isWanted()) {
        rows.scale(operands.y().floats(), yRow(query), sizes.valueWidth(), shrink);
      }
    }
    f[base + totalsAt + query] = total + rows.exp(f, at, padded, factor, max);
    f[base + maximaAt + query] = max;
    scores.drop(f, at, query, key, padded);
    if (padded < columns) {
      Arrays.fill(f, at + padded, at + columns, 0);
    }
  }

  private int yRow(int query) {
    return y + query * operands.y().distance();
  }

  private void values(int query, int queries, int key, int keys) {
    block.rows(
        valueLayout,
        queries,
        sizes.valueWidth(),
        keys,
        f,
        base + scoresAt,
        operands.v().floats(),
        v + key * operands.v().distance(),
        key > 0,
        operands.y().floats(),
        yRow(query),
        operands.y().distance(),
        f,
        base + tileAt);
  }

  /** Divides by the sum; who saw no key gets zeros. */
  private void finish(int query) {
    float total = f[base + totalsAt + query];
    if (operands.y().isWanted()) {
      int at = yRow(query);
      if (total == 0) {
        Arrays.fill(operands.y().floats(), at, at + sizes.valueWidth(), 0);
      } else {
        rows.scale(operands.y().floats(), at, sizes.valueWidth(), 1 / total);
      }
    }
    if (operands.sums().isWanted()) {
      double max = f[base + maximaAt + query] / (double) AttentionForward.LOG2_E;
      operands.sums().floats()[sums + query] = total == 0 ? 0 : (float) (max + Math.log(total));
    }
  }
}
