package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.Arrays;

/**
 * Subtracts a mean and divides by a standard deviation, per index of the last axis: per channel of
 * an image, per column of a table. Belongs last among the transforms.
 */
public final class Normalization implements Transform {
  private final float[] mean;
  private final float[] deviation;

  /**
   * A normalisation by the given numbers.
   *
   * @throws IllegalArgumentException if the lengths differ, or a deviation is not positive
   */
  public Normalization(float[] mean, float[] deviation) {
    if (mean.length != deviation.length) {
      throw new IllegalArgumentException(
          mean.length + " means and " + deviation.length + " standard deviations");
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Float.isFinite(mean[i]) || !(deviation[i] > 0) || !Float.isFinite(deviation[i])) {
        throw new IllegalArgumentException(
            "mean " + mean[i] + " or standard deviation " + deviation[i] + " is out of range");
      }
    }
    this.mean = mean.clone();
    this.deviation = deviation.clone();
  }

  /**
   * The normalisation that gives the data set mean 0 and standard deviation 1. What is constant is
   * left with deviation 1.
   *
   * @throws IllegalArgumentException if the data set is empty
   */
  public static Normalization measure(Dataset dataset) {
    Shape shape = dataset.inputShape();
    int channels = channels(shape);
    long perChannel = (long) dataset.size() * shape.size() / Math.max(1, channels);
    if (perChannel == 0) {
      throw new IllegalArgumentException("an empty data set has no mean");
    }
    double[] mean = sums(dataset, new double[channels], 1);
    Arrays.setAll(mean, c -> mean[c] / perChannel);
    // In two passes: the difference of large sums would lose the deviation of a small signal.
    double[] variance = sums(dataset, mean, 2);
    var means = new float[channels];
    var deviations = new float[channels];
    for (int c = 0; c < channels; c++) {
      float measured = (float) Math.sqrt(variance[c] / perChannel);
      means[c] = (float) mean[c];
      deviations[c] = measured > 0 ? measured : 1;
    }
    return new Normalization(means, deviations);
  }

  /** The normalisation of the numbers that are to be predicted. */
  public static Normalization ofValues(Dataset dataset) {
    return measure(new ValuesView(dataset));
  }

  /** Sums (x − center) to the power of 1 or 2 per channel. */
  private static double[] sums(Dataset dataset, double[] center, int power) {
    var sums = new double[center.length];
    var values = new float[dataset.inputShape().size()];
    for (int i = 0; i < dataset.size(); i++) {
      dataset.input(i, values, 0);
      for (int c = 0; c < center.length; c++) {
        double sum = 0;
        for (int j = c; j < values.length; j += center.length) {
          double away = values[j] - center[c];
          sum += power == 1 ? away : away * away;
        }
        sums[c] += sum;
      }
    }
    return sums;
  }

  /** The means, as a fresh array. */
  public float[] mean() {
    return mean.clone();
  }

  /** The standard deviations, as a fresh array. */
  public float[] deviation() {
    return deviation.clone();
  }

  @Override
  public void apply(float[] values, int offset, Shape shape, SampleRandom random) {
    apply(values, offset, shape);
  }

  /** Normalises one input in place. */
  public void apply(float[] values, int offset, Shape shape) {
    int channels = channels(shape);
    if (channels != mean.length) {
      throw new IllegalArgumentException(
          "a normalisation of " + mean.length + " channels does not fit inputs of shape " + shape);
    }
    int end = offset + shape.size();
    for (int c = 0; c < channels; c++) {
      float center = mean[c];
      float scale = 1 / deviation[c];
      for (int i = offset + c; i < end; i += channels) {
        values[i] = (values[i] - center) * scale;
      }
    }
  }

  private static int channels(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.dim(-1);
  }
}
