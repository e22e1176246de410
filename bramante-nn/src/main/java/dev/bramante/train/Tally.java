package dev.bramante.train;

import dev.bramante.data.Batch;

/** Counts a classifier's answers, batch after batch. */
final class Tally {
  private static final int TOP = 5;

  private final int classes;
  private final int[][] confusion;
  private double loss;
  private int first;
  private int five;
  private int count;

  Tally(int classes) {
    this.classes = classes;
    this.confusion = new int[classes][classes];
  }

  /**
   * Counts a batch.
   *
   * @param logits [N, classes]
   * @param targets the classes, or {@link Batch#IGNORED}
   * @param meanLoss the mean loss of those that are not ignored
   */
  void add(float[] logits, int[] targets, float meanLoss) {
    int before = count;
    for (int row = 0; row < targets.length; row++) {
      int target = targets[row];
      if (target == Batch.IGNORED) {
        continue;
      }
      count++;
      int rank = rank(logits, row, target);
      first += rank == 0 ? 1 : 0;
      five += rank < TOP ? 1 : 0;
      confusion[target][largest(logits, classes, row)]++;
    }
    if (count > before) {
      loss += meanLoss * (double) (count - before);
    }
  }

  /**
   * What was counted.
   *
   * @throws IllegalArgumentException if nothing was
   */
  Measures measures() {
    if (count == 0) {
      throw new IllegalArgumentException("none of the samples to measure with can be read");
    }
    return new Measures(
        count, loss / count, (double) first / count, (double) five / count, confusion);
  }

  /** How many logits are ahead of the target's; of equal ones, those of earlier classes. */
  private int rank(float[] logits, int row, int target) {
    float score = logits[row * classes + target];
    int rank = 0;
    for (int c = 0; c < classes; c++) {
      float other = logits[row * classes + c];
      // Written so that a logit that is no number is behind none.
      rank += c != target && !(other < score || other == score && c > target) ? 1 : 0;
    }
    return rank;
  }

  /** The class with the largest logit of a row. */
  static int largest(float[] logits, int classes, int row) {
    int largest = 0;
    for (int c = 1; c < classes; c++) {
      if (logits[row * classes + c] > logits[row * classes + largest]) {
        largest = c;
      }
    }
    return largest;
  }
}
