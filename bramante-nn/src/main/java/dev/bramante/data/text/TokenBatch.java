package dev.bramante.data.text;

/** Room for one batch of token sequences, filled anew for each. */
public final class TokenBatch {
  /** The target of positions that don't count. */
  public static final int IGNORED = -1;

  private final int[][][] inputs;
  private final int[][] targets;
  private int shape;

  /** Room for the batches of a source. */
  public TokenBatch(TokenBatches source) {
    this.inputs =
        source.shapes().stream()
            .map(list -> list.stream().map(shape -> new int[shape.size()]).toArray(int[][]::new))
            .toArray(int[][][]::new);
    this.targets =
        source.targets().stream().map(shape -> new int[shape.size()]).toArray(int[][]::new);
  }

  /** Says which of the shapes the batch has. */
  public void shape(int index) {
    shape = index;
  }

  /** Which of the shapes the batch has. */
  public int shape() {
    return shape;
  }

  /** The tokens of an input, row by row. */
  public int[] input(int index) {
    return inputs[shape][index];
  }

  /**
   * What the network shall say: a token for each position of the last input, or a class for each
   * row; {@link #IGNORED} where it doesn't matter.
   */
  public int[] targets() {
    return targets[shape];
  }
}
