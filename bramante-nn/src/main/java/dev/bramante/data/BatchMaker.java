package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Makes the rows of batches. What is in a row depends on seed, epoch and sample, not on who makes
 * it or when. Has no state, so several threads may share it.
 */
final class BatchMaker {
  /** Keeps the transforms' random numbers apart from the order of the samples. */
  private static final long STREAM = 0x5452_414E_5346L;

  /** And those of mixing from both. */
  private static final long MIXING = 0x4D49_5849_4E47L;

  private final Dataset dataset;
  private final Shape inputShape;
  private final int inputSize;
  private final int batchSize;
  private final long seed;
  private final List<Transform> transforms;
  private final Mixing mixing;
  private final int values;

  BatchMaker(Dataset dataset, int batchSize, long seed, List<Transform> transforms, Mixing mixing) {
    this.dataset = dataset;
    this.inputShape = dataset.inputShape();
    this.inputSize = inputShape.size();
    this.batchSize = batchSize;
    this.seed = seed;
    this.transforms = List.copyOf(transforms);
    this.mixing = mixing;
    this.values = mixing.isOn() ? dataset.classes().size() : dataset.values();
  }

  Batch emptyBatch() {
    return new Batch(batchSize, inputShape, values);
  }

  /**
   * Makes some rows of a batch that knows its samples.
   *
   * @param random is restarted for each row
   */
  void fill(Batch batch, int from, int to, SampleRandom random) {
    for (int row = from; row < to; row++) {
      int sample = batch.samples()[row];
      int offset = row * inputSize;
      random.restart(seed ^ STREAM, batch.epoch(), sample);
      int target = dataset.sample(sample, batch.inputs(), offset, random);
      batch.targets()[row] = target;
      dataset.values(sample, batch.values(), row * dataset.values());
      if (target != Batch.IGNORED) {
        transform(batch.inputs(), offset, random);
      }
    }
  }

  private void transform(float[] inputs, int offset, SampleRandom random) {
    for (int t = 0; t < transforms.size(); t++) {
      transforms.get(t).apply(inputs, offset, inputShape, random);
    }
  }

  /** Does what is left when all rows are made. */
  void complete(Batch batch) {
    Arrays.fill(batch.inputs(), batch.count() * inputSize, batchSize * inputSize, 0);
    Arrays.fill(batch.targets(), batch.count(), batchSize, Batch.IGNORED);
    Arrays.fill(batch.values(), batch.count() * values, batchSize * values, 0);
    if (mixing.isOn()) {
      var random = new SampleRandom(seed ^ MIXING, batch.epoch(), batch.step());
      mixing.apply(batch, inputShape, values, random);
    }
  }
}
