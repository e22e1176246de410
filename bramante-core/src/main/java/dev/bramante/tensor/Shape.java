package dev.bramante.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The sizes of a tensor's axes, outermost first. A scalar has no axes. Immutable; equal by value.
 */
public final class Shape {
  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /**
   * A shape of the given sizes.
   *
   * @throws IllegalArgumentException if a size is negative or the number of elements exceeds an
   *     array's
   */
  public static Shape of(int... dims) {
    if (dims.length == 0) {
      return SCALAR;
    }
    long size = 1;
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("negative size in shape " + Arrays.toString(dims));
      }
      size *= dim;
      if (size > Integer.MAX_VALUE - 64) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(dims) + " has more elements than a Java array can hold");
      }
    }
    return new Shape(dims.clone());
  }

  /** The number of axes. */
  public int rank() {
    return dims.length;
  }

  /** The size of an axis; negative axes count from the end, so −1 is the last. */
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /** The sizes, as a fresh array. */
  public int[] dims() {
    return dims.clone();
  }

  /** The number of elements. */
  public int size() {
    return size(0, dims.length);
  }

  /** The product of the sizes of axes {@code from} (inclusive) to {@code to} (exclusive). */
  public int size(int from, int to) {
    int size = 1;
    for (int i = from; i < to; i++) {
      size *= dims[i];
    }
    return size;
  }

  /**
   * The axis as an index from 0.
   *
   * @throws IllegalArgumentException if there is no such axis
   */
  public int axis(int axis) {
    int index = axis < 0 ? axis + dims.length : axis;
    if (index < 0 || index >= dims.length) {
      throw new IllegalArgumentException("shape " + this + " has no axis " + axis);
    }
    return index;
  }

  /** This shape with one axis of another size. */
  public Shape with(int axis, int size) {
    int[] changed = dims.clone();
    changed[axis(axis)] = size;
    return of(changed);
  }

  /** The distances in elements between neighbours along each axis of a row-major tensor. */
  public int[] strides() {
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return strides;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** As {@code [64, 24, 24, 32]}. */
  @Override
  public String toString() {
    return Arrays.stream(dims)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
