package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Makes batches in order. What is in a batch depends on its epoch and step, not on the way there.
 */
final class BatchMaker {
  /** Keeps the transforms' random numbers apart from the order of the samples. */
  private static final long STREAM = 0x5452_414E_5346L;

  private final Dataset dataset;
  private final Shape inputShape;
  private final List<Transform> transforms;
  private final boolean shuffled;
  private final long seed;
  private final int batchSize;
  private final int stepsPerEpoch;
  private final int[] order;
  private final SampleRandom random;
  private long epoch;
  private int step;

  /**
   * Begins at a step of an epoch.
   *
   * @param shuffled whether to go in a new order each epoch and leave out the last partial batch
   */
  BatchMaker(
      Dataset dataset,
      int batchSize,
      boolean shuffled,
      long seed,
      List<Transform> transforms,
      long epoch,
      int step) {
    this.stepsPerEpoch = stepsPerEpoch(dataset, batchSize, shuffled);
    if (epoch < 0 || step < 0 || step > stepsPerEpoch) {
      throw new IllegalArgumentException(
          "no step " + step + " of epoch " + epoch + " with " + stepsPerEpoch + " steps an epoch");
    }
    this.dataset = dataset;
    this.inputShape = dataset.inputShape();
    this.transforms = List.copyOf(transforms);
    this.shuffled = shuffled;
    this.seed = seed;
    this.batchSize = batchSize;
    this.order = new int[dataset.size()];
    this.random = new SampleRandom(seed, epoch, 0);
    this.epoch = epoch;
    this.step = step;
    orderSamples();
  }

  private static int stepsPerEpoch(Dataset dataset, int batchSize, boolean whole) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("a batch of " + batchSize + " samples is none");
    }
    if (dataset.size() == 0) {
      throw new IllegalArgumentException("the data set is empty");
    }
    if (whole && batchSize > dataset.size()) {
      throw new IllegalArgumentException(
          "a batch of "
              + batchSize
              + " is larger than the data set of "
              + dataset.size()
              + " samples; choose a smaller batch");
    }
    return whole ? dataset.size() / batchSize : Math.ceilDiv(dataset.size(), batchSize);
  }

  int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  Batch emptyBatch() {
    return new Batch(batchSize, inputShape);
  }

  /** Fills the batch and goes one step on. */
  void fill(Batch batch) {
    if (step == stepsPerEpoch) {
      epoch++;
      step = 0;
      orderSamples();
    }
    int first = step * batchSize;
    int count = Math.min(batchSize, order.length - first);
    int size = inputShape.size();
    for (int i = 0; i < count; i++) {
      sample(order[first + i], batch.inputs(), i * size);
      batch.targets()[i] = dataset.target(order[first + i]);
    }
    Arrays.fill(batch.inputs(), count * size, batchSize * size, 0);
    Arrays.fill(batch.targets(), count, batchSize, Batch.IGNORED);
    batch.set(epoch, step++, count);
  }

  private void sample(int index, float[] into, int offset) {
    dataset.input(index, into, offset);
    random.restart(seed ^ STREAM, epoch, index);
    for (int t = 0; t < transforms.size(); t++) {
      transforms.get(t).apply(into, offset, inputShape, random);
    }
  }

  private void orderSamples() {
    if (shuffled) {
      Shuffle.permute(order, seed, epoch);
    } else {
      Arrays.setAll(order, i -> i);
    }
  }

  /** Where the next batch stands, for messages. */
  @Override
  public String toString() {
    return "batch " + step + " of epoch " + epoch;
  }
}
