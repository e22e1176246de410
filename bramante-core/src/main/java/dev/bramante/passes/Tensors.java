package dev.bramante.passes;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;

/** Host tensors made element by element from numbers. */
final class Tensors {
  private Tensors() {}

  /** A tensor whose elements are all the number, converted as a cast does. */
  static Tensor filled(DType dtype, Shape shape, double value) {
    Tensor tensor = Tensor.zeros(dtype, shape);
    for (int i = 0; i < shape.size(); i++) {
      set(tensor, i, value);
    }
    return tensor;
  }

  /** Sets an element of a tensor that nobody else has. */
  static void set(Tensor tensor, int index, double value) {
    switch (tensor.dtype()) {
      case F32 -> tensor.floats()[index] = (float) value;
      case I32 -> tensor.ints()[index] = (int) value;
      case I64 -> tensor.longs()[index] = (long) value;
      case BOOL -> tensor.booleans()[index] = (byte) (value != 0 ? 1 : 0);
      case BF16, I8 -> throw new IllegalArgumentException(tensor.dtype() + " is not computed with");
    }
  }
}
