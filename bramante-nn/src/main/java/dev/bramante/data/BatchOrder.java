package dev.bramante.data;

import java.util.Arrays;

/** Which samples each batch has, batch by batch and epoch by epoch. */
final class BatchOrder {
  private final boolean shuffled;
  private final long seed;
  private final int batchSize;
  private final int stepsPerEpoch;
  private final int[] order;
  private long epoch;
  private int step;

  /**
   * Begins at a step of an epoch.
   *
   * @param size the number of samples
   * @param shuffled whether to go in a new order each epoch and leave out the last partial batch
   */
  BatchOrder(int size, int batchSize, boolean shuffled, long seed, long epoch, int step) {
    this.stepsPerEpoch = stepsPerEpoch(size, batchSize, shuffled);
    if (epoch < 0 || step < 0 || step > stepsPerEpoch) {
      throw new IllegalArgumentException(
          "no step " + step + " of epoch " + epoch + " with " + stepsPerEpoch + " steps an epoch");
    }
    this.shuffled = shuffled;
    this.seed = seed;
    this.batchSize = batchSize;
    this.order = new int[size];
    this.epoch = epoch;
    this.step = step;
    orderSamples();
  }

  private static int stepsPerEpoch(int size, int batchSize, boolean whole) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("a batch of " + batchSize + " samples is none");
    }
    if (size == 0) {
      throw new IllegalArgumentException("the data set is empty");
    }
    if (whole && batchSize > size) {
      throw new IllegalArgumentException(
          "a batch of "
              + batchSize
              + " is larger than the data set of "
              + size
              + " samples; choose a smaller batch");
    }
    return whole ? size / batchSize : Math.ceilDiv(size, batchSize);
  }

  int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** Notes in the batch which samples it is to have, and goes one step on. */
  void next(Batch batch) {
    if (step == stepsPerEpoch) {
      epoch++;
      step = 0;
      orderSamples();
    }
    int first = step * batchSize;
    int count = Math.min(batchSize, order.length - first);
    System.arraycopy(order, first, batch.samples(), 0, count);
    batch.set(epoch, step++, count);
  }

  private void orderSamples() {
    if (shuffled) {
      Shuffle.permute(order, seed, epoch);
    } else {
      Arrays.setAll(order, i -> i);
    }
  }
}
