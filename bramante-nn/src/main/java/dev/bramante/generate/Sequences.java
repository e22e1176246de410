package dev.bramante.generate;

/** Sequences that are being continued, side by side. */
interface Sequences {
  /** The size of the vocabulary. */
  int words();

  /**
   * Reads one more token of each sequence, and gives the logits of what follows, one after the
   * other; the array is used again by the next call.
   *
   * @param ids the tokens
   * @param positions their positions
   * @param rows the sequences that they continue, where sequences may continue others
   */
  float[] read(int[] ids, int[] positions, int[] rows);
}
