package dev.bramante.data;

import dev.bramante.tensor.Shape;

/**
 * Samples side by side. The arrays belong to the loader, which fills them anew: they are good until
 * the loader is asked for the next batch.
 */
public final class Batch {
  /** The target of the rows beyond {@link #count}; to be ignored by loss and metrics. */
  public static final int IGNORED = -1;

  private final float[] inputs;
  private final int[] targets;
  private final int[] samples;
  private final float[] values;
  private long epoch;
  private int step;
  private int count;

  /**
   * A batch without samples.
   *
   * @param values numbers that are the target of a sample; 0 where it is one class alone
   */
  Batch(int size, Shape inputShape, int values) {
    this.inputs = new float[size * inputShape.size()];
    this.targets = new int[size];
    this.samples = new int[size];
    this.values = new float[size * values];
  }

  /** The inputs one after the other; zeros beyond {@link #count} samples. */
  public float[] inputs() {
    return inputs;
  }

  /**
   * The classes; {@link #IGNORED} beyond {@link #count} samples, and for samples that cannot be
   * read.
   */
  public int[] targets() {
    return targets;
  }

  /**
   * The numbers to be predicted for each sample, where there are such; the shares of the classes in
   * it, where samples are mixed; zeros where {@link #targets} are ignored. Otherwise empty.
   */
  public float[] values() {
    return values;
  }

  /** The number of samples, smaller than the arrays have room for in a last partial batch. */
  public int count() {
    return count;
  }

  /** The pass over the data set that the batch belongs to, from 0. */
  public long epoch() {
    return epoch;
  }

  /** The batch's number in its epoch, from 0. */
  public int step() {
    return step;
  }

  /** Which samples of the data set the rows are. */
  int[] samples() {
    return samples;
  }

  void set(long epoch, int step, int count) {
    this.epoch = epoch;
    this.step = step;
    this.count = count;
  }
}
