package dev.bramante.reference;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Counter;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.tensor.DType;
import java.util.List;

/** Operations whose every element depends on the elements at its place only. */
final class Elementwise {
  private Elementwise() {}

  static Array iota(Type type, int axis) {
    Array result = Array.zeros(type);
    int stride = type.shape().strides()[axis];
    for (int i = 0; i < result.values().length; i++) {
      result.values()[i] = i / stride % type.shape().dim(axis);
    }
    return result;
  }

  static Array random(Type type, int stream, Array seed, Array step) {
    Array result = Array.zeros(type);
    int key = Counter.key((int) seed.at(0), (int) step.at(0), stream);
    for (int i = 0; i < result.values().length; i++) {
      result.values()[i] = Counter.uniform(key, i);
    }
    return result;
  }

  static Array unary(UnaryKind kind, Array x) {
    Array result = Array.zeros(x.type());
    for (int i = 0; i < result.values().length; i++) {
      result.values()[i] = held(x.dtype(), unary(kind, x.at(i)));
    }
    return result;
  }

  private static double unary(UnaryKind kind, double x) {
    return switch (kind) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case ERF -> Erf.erf(x);
      case RELU -> Math.max(x, 0);
      case NOT -> x == 0 ? 1 : 0;
    };
  }

  static Array binary(BinaryKind kind, Array a, Array b, Type type) {
    Array result = Array.zeros(type);
    for (int i = 0; i < result.values().length; i++) {
      result.values()[i] = held(type.dtype(), binary(kind, a.at(i), b.at(i)));
    }
    return result;
  }

  private static double binary(BinaryKind kind, double a, double b) {
    return switch (kind) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case POW -> Math.pow(a, b);
      case EQ -> truth(a == b);
      case NE -> truth(a != b);
      case LT -> truth(a < b);
      case LE -> truth(a <= b);
      case GT -> truth(a > b);
      case GE -> truth(a >= b);
      case AND -> truth(a != 0 && b != 0);
      case OR -> truth(a != 0 || b != 0);
    };
  }

  private static double truth(boolean holds) {
    return holds ? 1 : 0;
  }

  static Array where(Array condition, Array whenTrue, Array whenFalse) {
    Array result = Array.zeros(whenTrue.type());
    for (int i = 0; i < result.values().length; i++) {
      result.values()[i] = condition.at(i) != 0 ? whenTrue.at(i) : whenFalse.at(i);
    }
    return result;
  }

  static Array cast(Array x, Type type) {
    Array result = Array.zeros(type);
    boolean fromFloat = x.dtype().isFloating();
    for (int i = 0; i < result.values().length; i++) {
      double value = x.at(i);
      result.values()[i] =
          switch (type.dtype()) {
            case F32 -> value;
            case I32 -> fromFloat ? (int) value : (int) (long) value;
            case I64 -> (long) value;
            case I8 -> fromFloat ? (byte) (int) value : (byte) (long) value;
            case BOOL -> truth(value != 0);
            case BF16 -> toBf16((float) value);
          };
    }
    return result;
  }

  /** Numbers in a compact form, times the scales of their rows if they have any. */
  static Array unpack(List<Array> in, Type type) {
    Array result = Array.zeros(type);
    int row = type.shape().size(1, type.shape().rank());
    for (int i = 0; i < result.values().length; i++) {
      double scale = in.size() == 1 ? 1 : in.get(1).at(i / row);
      result.values()[i] = scale * in.get(0).at(i);
    }
    return result;
  }

  /** The nearest number of eight significant bits; ties to even. */
  private static float toBf16(float value) {
    if (Float.isNaN(value)) {
      return value;
    }
    int bits = Float.floatToRawIntBits(value);
    int nearest = bits + 0x7fff + (bits >>> 16 & 1);
    return Float.intBitsToFloat(nearest & 0xffff0000);
  }

  /** What an element of the type holds of a result: integers wrap around. */
  private static double held(DType dtype, double value) {
    return switch (dtype) {
      case I32 -> (int) (long) value;
      case I64 -> (long) value;
      case F32, BF16, BOOL, I8 -> value;
    };
  }
}
