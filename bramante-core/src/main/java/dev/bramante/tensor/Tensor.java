package dev.bramante.tensor;

import java.util.Arrays;

/**
 * A host tensor: a row-major Java array with a shape. A plain value without life cycle.
 *
 * <p>A tensor wraps its array without copying it, so that data moves into and out of a computation
 * at the cost of one copy; whoever needs an independent tensor clones the array.
 *
 * <p>Arrays by type: {@code float[]} for F32, {@code int[]} for I32, {@code long[]} for I64, {@code
 * byte[]} for BOOL (0 or 1) and I8, {@code short[]} for BF16.
 */
public final class Tensor {
  private final DType dtype;
  private final Shape shape;
  private final Object array;

  private Tensor(DType dtype, Shape shape, Object array, int length) {
    if (shape.size() != length) {
      throw new IllegalArgumentException(
          "shape " + shape + " has " + shape.size() + " elements, the array " + length);
    }
    this.dtype = dtype;
    this.shape = shape;
    this.array = array;
  }

  /** An F32 tensor over the array. */
  public static Tensor of(Shape shape, float... values) {
    return new Tensor(DType.F32, shape, values, values.length);
  }

  /** An I32 tensor over the array. */
  public static Tensor of(Shape shape, int... values) {
    return new Tensor(DType.I32, shape, values, values.length);
  }

  /** An I64 tensor over the array. */
  public static Tensor of(Shape shape, long... values) {
    return new Tensor(DType.I64, shape, values, values.length);
  }

  /** A tensor of the type over the array that this type asks for. */
  public static Tensor wrap(DType dtype, Shape shape, Object array) {
    int length =
        switch (dtype) {
          case F32 -> ((float[]) array).length;
          case I32 -> ((int[]) array).length;
          case I64 -> ((long[]) array).length;
          case BOOL, I8 -> ((byte[]) array).length;
          case BF16 -> ((short[]) array).length;
        };
    return new Tensor(dtype, shape, array, length);
  }

  /** A tensor of zeros. */
  public static Tensor zeros(DType dtype, Shape shape) {
    int size = shape.size();
    Object array =
        switch (dtype) {
          case F32 -> new float[size];
          case I32 -> new int[size];
          case I64 -> new long[size];
          case BOOL, I8 -> new byte[size];
          case BF16 -> new short[size];
        };
    return new Tensor(dtype, shape, array, size);
  }

  /** A scalar. */
  public static Tensor scalar(float value) {
    return of(Shape.of(), value);
  }

  /** An index scalar. */
  public static Tensor scalar(int value) {
    return of(Shape.of(), value);
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }

  /** The shape. */
  public Shape shape() {
    return shape;
  }

  /** The array itself, of the class that the type asks for. */
  public Object array() {
    return array;
  }

  /**
   * The array of an F32 tensor, not a copy.
   *
   * @throws IllegalStateException if the type is another
   */
  public float[] floats() {
    check(DType.F32);
    return (float[]) array;
  }

  /** The array of an I32 tensor, not a copy. */
  public int[] ints() {
    check(DType.I32);
    return (int[]) array;
  }

  /** The array of an I64 tensor, not a copy. */
  public long[] longs() {
    check(DType.I64);
    return (long[]) array;
  }

  /** The array of a BOOL tensor, not a copy. */
  public byte[] booleans() {
    check(DType.BOOL);
    return (byte[]) array;
  }

  /** The same array under another shape of as many elements. */
  public Tensor reshape(int... dims) {
    return wrap(dtype, Shape.of(dims), array);
  }

  /** Element {@code index} (row-major) as a double; BOOL as 0 or 1. */
  public double at(int index) {
    return switch (dtype) {
      case F32 -> ((float[]) array)[index];
      case I32 -> ((int[]) array)[index];
      case I64 -> ((long[]) array)[index];
      case BOOL, I8 -> ((byte[]) array)[index];
      case BF16 -> Float.intBitsToFloat(((short[]) array)[index] << 16);
    };
  }

  /** Whether type, shape and every bit agree. */
  public boolean sameBits(Tensor other) {
    if (dtype != other.dtype || !shape.equals(other.shape)) {
      return false;
    }
    return switch (dtype) {
      case F32 -> sameBits((float[]) array, (float[]) other.array);
      case I32 -> Arrays.equals((int[]) array, (int[]) other.array);
      case I64 -> Arrays.equals((long[]) array, (long[]) other.array);
      case BOOL, I8 -> Arrays.equals((byte[]) array, (byte[]) other.array);
      case BF16 -> Arrays.equals((short[]) array, (short[]) other.array);
    };
  }

  private static boolean sameBits(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  private void check(DType wanted) {
    if (dtype != wanted) {
      throw new IllegalStateException("the tensor is " + dtype + ", not " + wanted);
    }
  }

  /** Type and shape, as {@code F32[2, 3]}. */
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
