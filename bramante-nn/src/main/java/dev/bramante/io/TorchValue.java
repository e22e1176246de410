package dev.bramante.io;

import dev.bramante.io.pickle.PickleValue;
import dev.bramante.tensor.Shape;

/** What only PyTorch's pickles hold. */
sealed interface TorchValue extends PickleValue.Made {
  /**
   * A run of numbers outside of the pickle.
   *
   * @param key what it is called
   * @param type of its elements
   * @param count of its elements
   */
  record Storage(String key, StorageType type, long count) implements TorchValue {
    long bytes() {
      return count * type.bytes();
    }
  }

  /**
   * A view of a storage, all of which lies within it.
   *
   * @param storage the numbers
   * @param type how they are to be read
   * @param offset the first element
   * @param shape the sizes
   * @param strides distances in elements
   */
  record View(Storage storage, StorageType type, long offset, Shape shape, long[] strides)
      implements TorchValue {
    /** Whether its elements follow one another without gaps. */
    boolean isContiguous() {
      int[] rowMajor = shape.strides();
      for (int i = 0; i < strides.length; i++) {
        if (shape.dim(i) > 1 && strides[i] != rowMajor[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
