package dev.bramante.testing;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.Optional;
import java.util.function.Predicate;

/** Adds elementwise operations to a random graph. */
final class RandomElementwise {
  /** The largest integer that a random graph may hold: any F32 holds it exactly. */
  private static final double MAX_INTEGER = 1 << 20;

  private final RandomGraph graph;

  RandomElementwise(RandomGraph graph) {
    this.graph = graph;
  }

  Optional<FuzzValue> unary() {
    UnaryKind kind = any(UnaryKind.values());
    return switch (kind) {
      case NOT -> graph.pick(x -> !x.isNumber()).map(x -> with(x, x.value().unary(kind)));
      case NEG, ABS, RELU -> graph.pick(FuzzValue::isNumber).map(x -> exact(kind, x));
      case EXP, LOG, SQRT, RSQRT, SIN, COS, TANH, SIGMOID, ERF ->
          graph.pick(FuzzValue::isFloat).map(x -> rounded(kind, x));
    };
  }

  private static FuzzValue with(FuzzValue x, Value value) {
    return new FuzzValue(value, x.bounds());
  }

  private static FuzzValue exact(UnaryKind kind, FuzzValue x) {
    Bounds b = x.bounds();
    double least = Math.max(0, Math.max(b.lo(), -b.hi()));
    Bounds after =
        switch (kind) {
          case NEG -> b.negated();
          case ABS -> new Bounds(least, b.magnitude(), b.error());
          default -> new Bounds(Math.max(0, b.lo()), Math.max(0, b.hi()), b.error());
        };
    return new FuzzValue(x.value().unary(kind), after);
  }

  private static FuzzValue rounded(UnaryKind kind, FuzzValue given) {
    FuzzValue x =
        switch (kind) {
          case EXP -> given.bounds().hi() > 3 ? bounded(given) : given;
          case LOG, SQRT, RSQRT -> positive(given);
          default -> given;
        };
    Bounds b = x.bounds();
    double least = b.lo() - b.error();
    Bounds after =
        switch (kind) {
          case EXP -> b.mapped(Math.exp(b.lo()), Math.exp(b.hi()), Math.exp(b.hi() + b.error()));
          case LOG -> b.mapped(Math.log(least), Math.log(b.hi()), 1 / least);
          case SQRT -> b.mapped(Math.sqrt(least), Math.sqrt(b.hi()), 0.5 / Math.sqrt(least));
          case RSQRT ->
              b.mapped(1 / Math.sqrt(b.hi()), 1 / Math.sqrt(least), 0.5 * Math.pow(least, -1.5));
          // The reduction of the angle is relative to the angle.
          case SIN, COS -> b.rounded().mapped(-1, 1, 1);
          case SIGMOID -> b.mapped(0, 1, 0.25);
          default -> b.mapped(-1, 1, 1.2);
        };
    return new FuzzValue(x.value().unary(kind), after);
  }

  /** Something between −1 and 1 made of the value. */
  private static FuzzValue bounded(FuzzValue x) {
    return new FuzzValue(x.value().tanh(), x.bounds().mapped(-1, 1, 1));
  }

  /** Something of at least 0.4 made of the value. */
  private static FuzzValue positive(FuzzValue x) {
    if (x.bounds().lo() - x.bounds().error() >= 0.4) {
      return x;
    }
    FuzzValue abs = exact(UnaryKind.ABS, x);
    return new FuzzValue(
        abs.value().plus(0.5f), abs.bounds().plus(Bounds.exact(0.5, 0.5)).rounded());
  }

  Optional<FuzzValue> binary() {
    BinaryKind kind = any(BinaryKind.values());
    if (kind.isLogical()) {
      return graph
          .pick(x -> !x.isNumber())
          .flatMap(a -> partner(a, true).map(b -> apply(kind, a, b, Bounds.exact(0, 1))));
    }
    if (kind.isComparison()) {
      return graph
          .pick(x -> x.isNumber() && x.bounds().isExact())
          .flatMap(a -> partner(a, true).map(b -> apply(kind, a, b, Bounds.exact(0, 1))));
    }
    boolean integer = kind != BinaryKind.DIV && kind != BinaryKind.POW;
    return graph
        .pick(x -> x.isFloat() || integer && x.isNumber())
        .flatMap(a -> partner(a, false).flatMap(b -> arithmetic(kind, a, b)));
  }

  private static FuzzValue apply(BinaryKind kind, FuzzValue a, FuzzValue b, Bounds bounds) {
    return new FuzzValue(a.value().binary(kind, b.value()), bounds);
  }

  private Optional<FuzzValue> arithmetic(BinaryKind kind, FuzzValue a, FuzzValue given) {
    FuzzValue b =
        switch (kind) {
          case DIV -> positive(given);
          case POW -> bounded(given);
          default -> given;
        };
    FuzzValue base = kind == BinaryKind.POW ? positive(bounded(a)) : a;
    Bounds after = result(kind, base.bounds(), b.bounds());
    if (a.isFloat()) {
      boolean chooses = kind == BinaryKind.MIN || kind == BinaryKind.MAX;
      return Optional.of(apply(kind, base, b, chooses ? after : after.rounded()));
    }
    return after.magnitude() > MAX_INTEGER
        ? Optional.empty()
        : Optional.of(apply(kind, base, b, after));
  }

  private static Bounds result(BinaryKind kind, Bounds a, Bounds b) {
    double error = Math.max(a.error(), b.error());
    return switch (kind) {
      case ADD -> a.plus(b);
      case SUB -> a.plus(b.negated());
      case MUL -> a.times(b);
      case DIV -> {
        double least = b.lo() - b.error();
        yield a.times(new Bounds(1 / b.hi(), 1 / least, b.error() / (least * least)));
      }
      case MIN -> new Bounds(Math.min(a.lo(), b.lo()), Math.min(a.hi(), b.hi()), error);
      case MAX -> new Bounds(Math.max(a.lo(), b.lo()), Math.max(a.hi(), b.hi()), error);
      // Of a base between 0.4 and 1.6 and an exponent between −1 and 1: slopes are below 7.
      case POW -> new Bounds(0.3, 2.6, 7 * (a.error() + b.error()));
      default -> throw new IllegalArgumentException(kind + " is no arithmetic");
    };
  }

  Optional<FuzzValue> where() {
    return graph
        .pick(x -> !x.isNumber())
        .flatMap(condition -> {
          FuzzValue a = ofShapeLike(condition, FuzzValue::isFloat);
          return partner(a, false)
              .filter(b -> fits(condition.shape(), a.shape(), b.shape()))
              .map(b ->
                  new FuzzValue(
                      condition.value().where(a.value(), b.value()), a.bounds().or(b.bounds())));
        });
  }

  Optional<FuzzValue> cast() {
    Optional<FuzzValue> picked = graph.pick(x -> x.bounds().isExact());
    return picked.map(x -> {
      DType to = any(new DType[] {DType.F32, DType.I32, DType.BOOL});
      Bounds b = x.bounds();
      Bounds after =
          switch (to) {
            case BOOL -> Bounds.exact(0, 1);
            case I32 -> Bounds.exact((int) b.lo(), (int) b.hi());
            default -> b;
          };
      return new FuzzValue(x.value().cast(to), after);
    });
  }

  private FuzzValue ofShapeLike(FuzzValue x, Predicate<FuzzValue> fits) {
    return graph
        .pick(y -> fits.test(y) && fits(x.shape(), y.shape()))
        .orElseGet(() -> graph.floats(graph.narrower(x.shape())));
  }

  /** A value of the same type that broadcasts with this one; if asked, without rounding error. */
  private Optional<FuzzValue> partner(FuzzValue a, boolean exact) {
    Optional<FuzzValue> known =
        graph.chance(3)
            ? Optional.empty()
            : graph.pick(b ->
                b.dtype() == a.dtype()
                    && (!exact || b.bounds().isExact())
                    && fits(a.shape(), b.shape()));
    if (known.isPresent() || !a.isNumber()) {
      return known;
    }
    Shape shape = graph.narrower(a.shape());
    return Optional.of(a.isFloat() ? graph.floats(shape) : graph.integers(shape, 5));
  }

  /** Whether the shapes broadcast, to no more than is allowed. */
  private static boolean fits(Shape... shapes) {
    int rank = 0;
    for (Shape shape : shapes) {
      rank = Math.max(rank, shape.rank());
    }
    long size = 1;
    for (int axis = 1; axis <= rank; axis++) {
      int common = 1;
      for (Shape shape : shapes) {
        int dim = axis <= shape.rank() ? shape.dim(-axis) : 1;
        if (dim != 1 && common != 1 && dim != common) {
          return false;
        }
        common = Math.max(common, dim);
      }
      size *= common;
    }
    return size <= RandomGraph.MAX_SIZE;
  }

  private <T> T any(T[] of) {
    return of[graph.random.nextInt(of.length)];
  }
}
