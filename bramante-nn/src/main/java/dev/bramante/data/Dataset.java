package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * Samples in random access, each an input of one common shape and the index of its class. A data
 * set does not change, and may be read by several threads at once.
 */
public interface Dataset {
  /** The number of samples. */
  int size();

  /** The shape of one input, without a batch axis: {@code [28, 28, 1]} for a grey image. */
  Shape inputShape();

  /**
   * The names of the classes, in the order of their targets; of the {@link #values()} where there
   * are such.
   */
  List<String> classes();

  /**
   * Copies the input of a sample into {@code into}, row-major from {@code offset}. Images are
   * between 0 (black) and 1; normalisation is a {@link Transform} of its own.
   */
  void input(int index, float[] into, int offset);

  /** The class of a sample: an index into {@link #classes}. */
  int target(int index);

  /**
   * Copies the input of a sample like {@link #input}, with the changes that the data set itself
   * makes at random, and gives its target.
   *
   * @param random the random numbers of this sample in this epoch
   * @return the class; {@link Batch#IGNORED} for a sample that cannot be read, whose input is zeros
   */
  default int sample(int index, float[] into, int offset, SampleRandom random) {
    input(index, into, offset);
    return target(index);
  }

  /** How many numbers are to be predicted for each sample; 0 where it is of a class. */
  default int values() {
    return 0;
  }

  /** Copies the numbers that are to be predicted for a sample. */
  default void values(int index, float[] into, int offset) {}

  /** How inputs are to be normalised, where that is known without looking at all of them. */
  default Optional<Normalization> normalization() {
    return Optional.empty();
  }

  /** Whether a sample takes long to make, so that several threads had better make them. */
  default boolean costly() {
    return false;
  }

  /**
   * A data set over arrays, which are not copied.
   *
   * @param inputShape the shape of one input
   * @param inputs all inputs one after the other
   * @param targets the class of each
   * @param classes the names of the classes
   * @throws IllegalArgumentException if the lengths don't agree or a target is no class
   */
  static Dataset of(Shape inputShape, float[] inputs, int[] targets, List<String> classes) {
    return new ArrayDataset(inputShape, inputs, targets, classes);
  }

  /**
   * The samples of the given indices, in their order; an index may occur more than once.
   *
   * @throws IndexOutOfBoundsException if an index is no sample's
   */
  default Dataset subset(int... indices) {
    return new Subset(this, indices);
  }

  /**
   * Holds out a share of the samples for validation. Which ones depends on size, share and seed
   * only; both parts keep the samples' order.
   *
   * @param share the share to hold out, between 0 and 1, rounded to whole samples
   * @throws IllegalArgumentException if one of the parts would be empty
   */
  default Split split(double share, long seed) {
    Split.Indices parts = Split.indices(size(), share, seed);
    return new Split(subset(parts.training()), subset(parts.validation()));
  }
}
