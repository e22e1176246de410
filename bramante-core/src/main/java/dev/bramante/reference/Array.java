package dev.bramante.reference;

import dev.bramante.graph.Type;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;

/**
 * A value of the reference evaluator: row-major elements of any type as doubles, BOOL as 0 or 1.
 * F32 elements are not rounded to single precision; I64 elements are exact up to 2^53.
 */
public final class Array {
  private final Type type;
  private final double[] values;

  /** An array over the values, which are not copied. */
  public Array(Type type, double[] values) {
    if (type.shape().size() != values.length) {
      throw new IllegalArgumentException(type + " does not have " + values.length + " elements");
    }
    this.type = type;
    this.values = values;
  }

  /** An array of zeros. */
  static Array zeros(Type type) {
    return new Array(type, new double[type.shape().size()]);
  }

  /** An F32 array of the shape. */
  public static Array of(Shape shape, double... values) {
    return new Array(new Type(DType.F32, shape), values);
  }

  /** The elements of a tensor. */
  public static Array of(Tensor tensor) {
    double[] values = new double[tensor.shape().size()];
    Arrays.setAll(values, tensor::at);
    return new Array(new Type(tensor.dtype(), tensor.shape()), values);
  }

  /** A tensor of the same type, its elements rounded to it. */
  public Tensor toTensor() {
    Tensor tensor = Tensor.zeros(dtype(), shape());
    for (int i = 0; i < values.length; i++) {
      switch (dtype()) {
        case F32 -> tensor.floats()[i] = (float) values[i];
        case I32 -> tensor.ints()[i] = (int) values[i];
        case I64 -> tensor.longs()[i] = (long) values[i];
        case BOOL, I8 -> ((byte[]) tensor.array())[i] = (byte) values[i];
        case BF16 ->
            ((short[]) tensor.array())[i] =
                (short) (Float.floatToRawIntBits((float) values[i]) >>> 16);
      }
    }
    return tensor;
  }

  /** Element type and shape. */
  public Type type() {
    return type;
  }

  /** The element type. */
  public DType dtype() {
    return type.dtype();
  }

  /** The shape. */
  public Shape shape() {
    return type.shape();
  }

  /** The elements, not a copy. */
  public double[] values() {
    return values;
  }

  /** Element {@code index} in row-major order. */
  public double at(int index) {
    return values[index];
  }

  /** Type and values, as {@code F32[2] [1.0, 2.0]}. */
  @Override
  public String toString() {
    return type + " " + Arrays.toString(values);
  }
}
