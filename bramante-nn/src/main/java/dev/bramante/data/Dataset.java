package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Samples in random access, each an input of one common shape and the index of its class. A data
 * set does not change, and may be read by several threads at once.
 */
public interface Dataset {
  /** The number of samples. */
  int size();

  /** The shape of one input, without a batch axis: {@code [28, 28, 1]} for a grey image. */
  Shape inputShape();

  /** The names of the classes, in the order of their targets. */
  List<String> classes();

  /**
   * Copies the input of a sample into {@code into}, row-major from {@code offset}. Images are
   * between 0 (black) and 1; normalisation is a {@link Transform} of its own.
   */
  void input(int index, float[] into, int offset);

  /** The class of a sample: an index into {@link #classes}. */
  int target(int index);

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
    long held = Math.round(size() * share);
    if (!(share > 0 && share < 1) || held == 0 || held == size()) {
      throw new IllegalArgumentException(
          "a share of " + share + " of " + size() + " samples leaves one part empty");
    }
    int[] order = Shuffle.permutation(size(), seed ^ Split.STREAM, 0);
    int[] validation = Arrays.copyOf(order, (int) held);
    int[] training = Arrays.copyOfRange(order, (int) held, order.length);
    Arrays.sort(validation);
    Arrays.sort(training);
    return new Split(subset(training), subset(validation));
  }
}
