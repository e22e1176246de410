package dev.bramante.data.text;

import dev.bramante.tensor.Shape;
import java.util.List;

/**
 * Batches of token sequences in random access: what is in one depends on its epoch and number, and
 * on what the source was made with, not on which were asked for before. Does not change, but one
 * thread at a time may ask.
 */
public interface TokenBatches {
  /**
   * The shapes that batches come in, so that short sequences need not be padded to the length of
   * the longest. A shape lists those of a network's inputs, with the axis of the batch. The last is
   * the largest.
   */
  List<List<Shape>> shapes();

  /**
   * The shapes of the targets: a token for each position of the last input, unless a source says
   * otherwise.
   */
  default List<Shape> targets() {
    return shapes().stream().map(List::getLast).toList();
  }

  /** The number of batches in an epoch. */
  int count();

  /**
   * Makes a batch: says which shape it has, and fills in inputs and targets.
   *
   * @param epoch the pass over the texts, from 0
   * @param index the batch's number in the epoch, from 0
   */
  void fill(long epoch, int index, TokenBatch batch);

  /** How many characters the targets of an epoch stand for; 0 where nobody knows. */
  default long characters() {
    return 0;
  }
}
