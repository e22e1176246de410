package dev.bramante.cpu.gemm;

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
  private int values;
  private int results;
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
    scoreLayout = block.layout(sizes.row(), 1, block.width());
    errorLayout = block.layout(sizes.valueRow(), 1, block.width());
    queryLayout = block.layout(scoreRow, 1, sizes.row());
    keyLayout = block.layout(1, scoreRow, sizes.row());
    valueLayout = block.layout(1, scoreRow, sizes.valueRow());
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
    int row = sizes.row();
    int valueRow = sizes.valueRow();
    queries = batch * sizes.queries() * row + head * sizes.width();
    keys = batch * sizes.keys() * row + head * sizes.width();
    values = batch * sizes.keys() * valueRow + head * sizes.valueWidth();
    results = batch * sizes.queries() * valueRow + head * sizes.valueWidth();
    sums = (batch * sizes.heads() + head) * sizes.queries();
    scores.start(batch, head);
    clear(gradients.dq(), queries, sizes.queries(), row, sizes.width());
    clear(gradients.dk(), keys, sizes.keys(), row, sizes.width());
    clear(gradients.dv(), values, sizes.keys(), valueRow, sizes.valueWidth());
    deltas();
    int end = sizes.queries() == 0 ? 0 : scores.visible(sizes.queries() - 1);
    for (int key = 0; key < end; key += KEY_BLOCK) {
      keyBlock(key, Math.min(KEY_BLOCK, end - key));
    }
  }

  private static void clear(Span to, int at, int count, int distance, int width) {
    if (to.isWanted()) {
      for (int i = 0; i < count; i++) {
        int start = to.offset() + at + i * distance;
        Arrays.fill(to.floats(), start, start + width, 0);
      }
    }
  }

  /** Σ y · dy of each query, which is what all its scores' gradients have in common. */
  private void deltas() {
    Span y = forward.y();
    Span dy = gradients.dy();
    for (int i = 0; i < sizes.queries(); i++) {
      int at = results + i * sizes.valueRow();
      f[base + deltasAt + i] =
          rows.dot(y.floats(), y.offset() + at, dy.floats(), dy.offset() + at, sizes.valueWidth());
    }
  }

  private void keyBlock(int key, int count) {
    Span k = forward.k();
    Span v = forward.v();
    int row = sizes.row();
    int valueRow = sizes.valueRow();
    block.pack(k.floats(), k.offset() + keys + key * row, row, count, sizes.width(), f, base);
    int from = v.offset() + values + key * valueRow;
    block.pack(v.floats(), from, valueRow, count, sizes.valueWidth(), f, base + valuesAt);
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
    Span q = forward.q();
    Span dy = gradients.dy();
    int tile;
    for (int i = 0; i < count; i += tile) {
      tile = block.rowsOf(count - i);
      int seen = scores.visible(query + i + tile - 1, key, columns);
      int s = base + scoresAt + i * scoreRow;
      int d = base + errorsAt + i * scoreRow;
      int qAt = q.offset() + queries + (query + i) * sizes.row();
      int dyAt = dy.offset() + results + (query + i) * sizes.valueRow();
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
        sum(
            queryLayout,
            tile,
            sizes.width(),
            seen,
            d,
            forward.k(),
            keys + key * sizes.row(),
            gradients.dq(),
            queries + (query + i) * sizes.row(),
            sizes.row());
      }
    }
  }

  private void row(int query, int s, int d, int key, int columns) {
    int visible = scores.visible(query, key, columns);
    int padded = 0;
    if (visible > 0) {
      padded = scores.prepare(f, s, query, key, visible);
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
      int at = j + first * scoreRow;
      int row = sizes.row();
      int valueRow = sizes.valueRow();
      if (gradients.dv().isWanted()) {
        sum(
            valueLayout,
            tile,
            sizes.valueWidth(),
            count - first,
            base + scoresAt + at,
            gradients.dy(),
            results + (query + first) * valueRow,
            gradients.dv(),
            values + (key + j) * valueRow,
            valueRow);
      }
      if (gradients.dk().isWanted()) {
        sum(
            keyLayout,
            tile,
            sizes.width(),
            count - first,
            base + errorsAt + at,
            forward.q(),
            queries + (query + first) * row,
            gradients.dk(),
            keys + (key + j) * row,
            row);
      }
    }
  }

  /** Adds a product of scratch memory and rows of an operand. */
  private void sum(
      TileLayout layout,
      int count,
      int columns,
      int steps,
      int a,
      Span b,
      int bo,
      Span c,
      int co,
      int rowC) {
    block.rows(
        layout,
        count,
        columns,
        steps,
        f,
        a,
        b.floats(),
        b.offset() + bo,
        true,
        c.floats(),
        c.offset() + co,
        rowC,
        f,
        base + tileAt);
  }
}
