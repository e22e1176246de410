package dev.bramante.data;

/**
 * A data set in two disjoint parts.
 *
 * @param training the part to train on
 * @param validation the part held out to choose by
 */
public record Split(Dataset training, Dataset validation) {
  /** Keeps the choice of the split apart from the order of the first epoch under the same seed. */
  static final long STREAM = 0x53504C4954L;
}
