package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.UnaryKind;
import dev.bramante.tensor.DType;
import java.util.OptionalDouble;

/**
 * Elementwise operations on single numbers. Empty where the result is not worth knowing: a special
 * case of a type, or a function that is approximated.
 */
final class Arithmetic {
  private Arithmetic() {}

  static OptionalDouble unary(UnaryKind kind, DType dtype, double x) {
    boolean exact = dtype == DType.F32;
    return switch (kind) {
      case NEG -> some(-x);
      case ABS -> some(Math.abs(x));
      case RELU -> some(Math.max(x, 0));
      case NOT -> some(x == 0);
      case EXP -> exact ? some(Math.exp(x)) : OptionalDouble.empty();
      case LOG -> exact ? some(Math.log(x)) : OptionalDouble.empty();
      case SQRT -> exact ? some(Math.sqrt(x)) : OptionalDouble.empty();
      case RSQRT -> exact ? some(1 / Math.sqrt(x)) : OptionalDouble.empty();
      case SIN -> exact ? some(Math.sin(x)) : OptionalDouble.empty();
      case COS -> exact ? some(Math.cos(x)) : OptionalDouble.empty();
      case TANH -> exact ? some(Math.tanh(x)) : OptionalDouble.empty();
      case SIGMOID -> exact ? some(1 / (1 + Math.exp(-x))) : OptionalDouble.empty();
      case ERF -> OptionalDouble.empty();
    };
  }

  static OptionalDouble binary(BinaryKind kind, DType dtype, double a, double b) {
    boolean floating = dtype == DType.F32;
    return switch (kind) {
      case ADD -> number(dtype, a + b);
      case SUB -> number(dtype, a - b);
      case MUL -> number(dtype, a * b);
      case DIV -> floating ? some(a / b) : OptionalDouble.empty();
      case MIN -> some(Math.min(a, b));
      case MAX -> some(Math.max(a, b));
      case POW -> floating ? some(Math.pow(a, b)) : OptionalDouble.empty();
      case EQ -> some(a == b);
      case NE -> some(a != b);
      case LT -> some(a < b);
      case LE -> some(a <= b);
      case GT -> some(a > b);
      case GE -> some(a >= b);
      case AND -> some(a != 0 && b != 0);
      case OR -> some(a != 0 || b != 0);
    };
  }

  static OptionalDouble cast(DType from, DType to, double x) {
    boolean narrowing = from == DType.F32 && to.isInteger();
    return narrowing ? number(DType.I32, (double) (long) x) : some(x);
  }

  /** The number if the type holds it. */
  private static OptionalDouble number(DType dtype, double x) {
    boolean overflows = dtype.isInteger() && Math.abs(x) > Integer.MAX_VALUE;
    return overflows ? OptionalDouble.empty() : some(x);
  }

  private static OptionalDouble some(double x) {
    return OptionalDouble.of(x);
  }

  private static OptionalDouble some(boolean x) {
    return OptionalDouble.of(x ? 1 : 0);
  }
}
