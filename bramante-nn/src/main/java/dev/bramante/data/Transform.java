package dev.bramante.data;

import dev.bramante.tensor.Shape;

/** Changes one input in place, between the data set and the batch. Has no state. */
@FunctionalInterface
public interface Transform {
  /**
   * Applies the change.
   *
   * @param values an array that holds the input, row-major
   * @param offset where the input begins
   * @param shape the input's shape
   * @param random the random numbers of this sample in this epoch
   * @throws IllegalArgumentException if the transform does not apply to this shape
   */
  void apply(float[] values, int offset, Shape shape, SampleRandom random);
}
