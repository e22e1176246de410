package dev.bramante.cpu.gemm;

/** Rows of scores under a rule: which count, masks, and dropout. One for each worker. */
final class AttentionScores {
  private final AttentionSizes sizes;
  private final AttentionRule rule;
  private final AttentionRows rows;
  private final int lanes;
  private int batch;
  private int head;
  private int key;

  AttentionScores(AttentionSizes sizes, AttentionRule rule, int lanes) {
    this.sizes = sizes;
    this.rule = rule;
    this.lanes = lanes;
    rows = AttentionWidth.of(lanes);
  }

  /** From now on, the scores are those of this head. */
  void start(int batch, int head) {
    this.batch = batch;
    this.head = head;
    key = rule.dropout().isActive() ? rule.dropout().key() : 0;
  }

  /** Keys of a block that a query sees. */
  int visible(int query, int firstKey, int keys) {
    return Math.clamp(rule.visible(batch, query, sizes.keys()) - firstKey, 0, keys);
  }

  /** Keys of all that a query sees. */
  int visible(int query) {
    return visible(query, 0, sizes.keys());
  }

  /** The first query that sees a key. */
  int firstQuery(int key) {
    return rule.firstQuery(batch, key);
  }

  /** The factor that turns prepared scores into powers of two. */
  float factor() {
    return rule.mask().kind() == AttentionRule.MaskKind.ADDED
        ? 1
        : rule.scale() * AttentionForward.LOG2_E;
  }

  /**
   * Applies the mask to a row of scores.
   *
   * @return its elements with those that fill it up to whole vectors
   */
  int prepare(float[] s, int at, int query, int firstKey, int visible) {
    int padded = Split.units(visible, lanes) * lanes;
    var mask = rule.mask();
    switch (mask.kind()) {
      case NONE -> {}
      case ADDED -> {
        int row = mask.row(batch, head, query) + firstKey;
        float scale = rule.scale() * AttentionForward.LOG2_E;
        float[] values = mask.values().floats();
        rows.add(s, at, padded, scale, values, row, AttentionForward.LOG2_E);
      }
      case CHOSEN -> {
        int row = mask.row(batch, head, query) + firstKey;
        rows.hide(s, at, padded, mask.values().floats(), row);
      }
    }
    return padded;
  }

  /** Drops out elements of a row of probabilities, or of their gradient. */
  void drop(float[] p, int at, int query, int firstKey, int padded) {
    var dropout = rule.dropout();
    if (dropout.isActive()) {
      int row = (batch * sizes.heads() + head) * sizes.queries() + query;
      int index = row * sizes.keys() + firstKey;
      rows.drop(p, at, padded, key, index, dropout.threshold(), dropout.factor());
    }
  }
}
