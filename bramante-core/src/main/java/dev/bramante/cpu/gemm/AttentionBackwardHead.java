package dev.bramante.cpu.gemm;

import dev.bramante.cpu.gemm.AttentionOperands.Rows;
import java.util.Arrays;

/** The gradients of attention of one head of one sequence; what a worker does at a time. */
final class AttentionBackwardHead {
  private static final int KEY_BLOCK = 256;

  /** Tiles of queries in a block, whose probabilities are then summed over for keys and values. */
  private static final int QUERY_TILES = 8;

  private final AttentionSizes sizes;
  private final AttentionOperands forward;
  private final AttentionBackward.Operands gradients;
  private final AttentionBlock block;
  private final AttentionRows rows;
  private final AttentionScores scores;
  private final float scale;
  private final int queryBlock;
  private final int scoreRow;
  private final TileLayout scoreLayout;
  private final TileLayout errorLayout;
  private final TileLayout queryLayout;
  private final TileLayout keyLayout;
  private final TileLayout valueLayout;

  // Places in the scratch memory.
  private final int valuesAt;
  private final int scoresAt;
  private final int errorsAt;
  private final int deltasAt;
  private final int tileAt;

  // The head that is worked on.
  private float[] f = {};
  private int base;
  private int queries;
  private int keys;
  private int column;
  private int valueColumn;
  private int sums;

  AttentionBackwardHead(
      AttentionSizes sizes,
      AttentionRule rule,
      AttentionOperands forward,
      AttentionBackward.Operands gradients,
      int lanes) {
    this.sizes = sizes;
    this.forward = forward;
    this.gradients = gradients;
    scale = rule.scale();
    block = new AttentionBlock(lanes);
    block.prepare(sizes.queries(), sizes.width());
    block.prepare(sizes.keys(), sizes.width());
    block.prepare(sizes.keys(), sizes.valueWidth());
    rows = AttentionWidth.of(lanes);
    scores = new AttentionScores(sizes, rule, lanes);
    queryBlock = QUERY_TILES * block.tile();
    int padded = block.padded(Math.min(KEY_BLOCK, sizes.keys()));
    scoreRow = padded + 16; // not a multiple of 4 KB
    scoreLayout = block.layout(forward.q().distance(), 1, block.width());
    errorLayout = block.layout(gradients.dy().distance(), 1, block.width());
    queryLayout = block.layout(scoreRow, 1, forward.k().distance());
    keyLayout = block.layout(1, scoreRow, forward.q().distance());
    valueLayout = block.layout(1, scoreRow, gradients.dy().distance());
    valuesAt = padded * sizes.width();
    scoresAt = valuesAt + padded * sizes.valueWidth();
    errorsAt = scoresAt + queryBlock * scoreRow;
    deltasAt = errorsAt + queryBlock * scoreRow;
    tileAt = deltasAt + sizes.queries();
  }

  /** Floats of scratch memory. */
  int scratch() {
    return tileAt + block.scratch();
  }

  void run(float[] memory, int at, int batch, int head) {
    f = memory;
    base = at;
    queries = batch * sizes.queries();
    keys = batch * sizes.keys();
    column = head * sizes.width();
    valueColumn = head * sizes.valueWidth();
    sums = (batch * sizes.heads() + head) * sizes.queries();
    scores.start(batch, head);
    clear(gradients.dq(), queries, sizes.queries(), column, sizes.width());
    clear(gradients.dk(), keys, sizes.keys(), column, sizes.width());
    clear(gradients.dv(), keys, sizes.keys(), valueColumn, sizes.valueWidth());
    deltas();
    int end = sizes.queries() == 0 ? 0 : scores.visible(sizes.queries() - 1);
    for (int key = 0; key < end; key += KEY_BLOCK) {
      keyBlock(key, Math.min(KEY_BLOCK, end - key));
    }
  }

  private static void clear(Rows to, int first, int count, int column, int width) {
    if (to.isWanted()) {
      for (int i = 0; i < count; i++) {
        int start = to.at(first + i, column);
        Arrays.fill(to.floats(), start, start + width, 0);
      }
    }
  }

  /** Σ y · dy of each query, which is what all its scores' gradients have in common. */
  private void deltas() {
    Rows y = forward.y();
    Rows dy = gradients.dy();
    for (int i = 0; i < sizes.queries(); i++) {
      int at = y.at(queries + i, valueColumn);
      int other = dy.at(queries + i, valueColumn);
      f[base + deltasAt + i] = rows.dot(y.floats(), at, dy.floats(), other, sizes.valueWidth());
    }
  }

  private void keyBlock(int key, int count) {
    Rows k = forward.k();
    Rows v = forward.v();
    int at = k.at(keys + key, column);
    block.pack(k.floats(), at, k.distance(), count, sizes.width(), f, base);
    int from = v.at(keys + key, valueColumn);
    block.pack(v.floats(), from, v.distance(), count, sizes.valueWidth(), f, base + valuesAt);
    int first = scores.firstQuery(key);
    for (int query = first; query < sizes.queries(); query += queryBlock) {
      int rowsOfBlock = Math.min(queryBlock, sizes.queries() - query);
      int columns = scores.visible(query + rowsOfBlock - 1, key, count);
      if (columns > 0) {
        queryTiles(query, rowsOfBlock, key, columns);
        keyTiles(query, rowsOfBlock, key, columns);
      }
    }
  }

  /** Probabilities, the gradients to scores, and from these the ones to queries. */
  private void queryTiles(int query, int count, int key, int columns) {
    Rows q = forward.q();
    Rows dy = gradients.dy();
    int tile;
    for (int i = 0; i < count; i += tile) {
      tile = block.rowsOf(count - i);
      int seen = scores.visible(query + i + tile - 1, key, columns);
      int s = base + scoresAt + i * scoreRow;
      int d = base + errorsAt + i * scoreRow;
      int qAt = q.at(queries + query + i, column);
      int dyAt = dy.at(queries + query + i, valueColumn);
      block.panels(
          scoreLayout, tile, seen, sizes.width(), q.floats(), qAt, f, base, f, s, scoreRow);
      int panels = base + valuesAt;
      block.panels(
          errorLayout,
          tile,
          seen,
          sizes.valueWidth(),
          dy.floats(),
          dyAt,
          f,
          panels,
          f,
          d,
          scoreRow);
      for (int r = 0; r < tile; r++) {
        row(query + i + r, s + r * scoreRow, d + r * scoreRow, key, columns);
      }
      if (gradients.dq().isWanted() && seen > 0) {
        Rows k = forward.k();
        int from = k.at(keys + key, column);
        Rows dq = gradients.dq();
        int to = dq.at(queries + query + i, column);
        sum(queryLayout, tile, sizes.width(), seen, d, k, from, dq, to);
      }
    }
  }

  private void row(int query, int s, int d, int key, int columns) {
    int visible = scores.visible(query, key, columns);
    int padded = 0;
    if (visible > 0) {
      padded = scores.prepare(f, s, query, key, visible);
      Arrays.fill(f, s + visible, s + padded, Float.NEGATIVE_INFINITY);
      scores.drop(f, d, query, key, padded);
      float sum = forward.sums().floats()[forward.sums().offset() + sums + query];
      float delta = f[base + deltasAt + query];
      float shift = sum * AttentionForward.LOG2_E;
      rows.gradient(f, s, f, d, padded, scores.factor(), shift, delta, scale);
      scores.drop(f, s, query, key, padded);
    }
    int end = Math.max(columns, padded);
    Arrays.fill(f, s + visible, s + end, 0);
    Arrays.fill(f, d + visible, d + end, 0);
  }

  /** The gradients to keys and values, which sum over the queries of the block. */
  private void keyTiles(int query, int count, int key, int columns) {
    int tile;
    for (int j = 0; j < columns; j += tile) {
      tile = block.rowsOf(columns - j);
      int first = Math.clamp(scores.firstQuery(key + j) - query, 0, count);
      if (first == count) {
        continue;
      }
      int at = base + j + first * scoreRow;
      int steps = count - first;
      int row = queries + query + first;
      if (gradients.dv().isWanted()) {
        Rows dy = gradients.dy();
        Rows dv = gradients.dv();
        int from = dy.at(row, valueColumn);
        int to = dv.at(keys + key + j, valueColumn);
        sum(valueLayout, tile, sizes.valueWidth(), steps, at + scoresAt, dy, from, dv, to);
      }
      if (gradients.dk().isWanted()) {
        Rows q = forward.q();
        Rows dk = gradients.dk();
        int from = q.at(row, column);
        int to = dk.at(keys + key + j, column);
        sum(keyLayout, tile, sizes.width(), steps, at + errorsAt, q, from, dk, to);
      }
    }
  }

  /** Adds a product of scratch memory and rows of an operand. */
  private void sum(
      TileLayout layout, int count, int columns, int steps, int a, Rows b, int bo, Rows c, int co) {
    block.rows(
        layout,
        count,
        columns,
        steps,
        f,
        a,
        b.floats(),
        bo,
        true,
        c.floats(),
        co,
        c.distance(),
        f,
        base + tileAt);
  }
}
