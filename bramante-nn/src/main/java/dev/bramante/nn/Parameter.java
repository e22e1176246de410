package dev.bramante.nn;

import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Something that a network holds: an identity with a shape and an initialiser. Most are learnt; the
 * others, buffers, are kept and saved with them, but follow no gradient: running statistics, say. A
 * layer that holds the same parameter as another shares it. What it currently holds is kept by an
 * engine.
 *
 * <p>Our shape and the one in checkpoints differ where the ecosystem orders the axes of a kernel
 * differently.
 */
public final class Parameter {
  private final Variable variable;
  private final Initializer initializer;
  private final Kind kind;
  private final int[] axes;

  private enum Kind {
    LEARNT,
    STATISTIC,
    COUNTER
  }

  /**
   * A parameter that is learnt.
   *
   * @param shape its sizes in our order
   * @param axes axis i in a checkpoint is our axis {@code axes[i]}; none if the order is the same
   */
  public Parameter(Shape shape, Initializer initializer, int... axes) {
    this(Kind.LEARNT, shape, initializer, axes);
  }

  private Parameter(Kind kind, Shape shape, Initializer initializer, int... axes) {
    this.kind = kind;
    this.variable = new Variable("parameter", Type.f32(shape.dims()));
    this.initializer = initializer;
    this.axes = axes.length == 0 ? IntStream.range(0, shape.rank()).toArray() : axes.clone();
    int[] sorted = IntStream.of(this.axes).sorted().toArray();
    if (!Arrays.equals(sorted, IntStream.range(0, shape.rank()).toArray())) {
      throw new IllegalArgumentException("not a permutation of the axes of " + shape);
    }
  }

  /** A buffer: numbers that a layer updates while the network is trained. */
  public static Parameter statistic(Shape shape, double initial) {
    return new Parameter(Kind.STATISTIC, shape, new Initializer.Constant(initial));
  }

  /**
   * A buffer that counts from 0: a scalar, I64 in checkpoints. It is kept as F32, which counts to
   * 2^24.
   */
  public static Parameter counter() {
    return new Parameter(Kind.COUNTER, Shape.of(), new Initializer.Constant(0));
  }

  /** Whether it follows a gradient; otherwise it is a buffer. */
  public boolean isLearnt() {
    return kind == Kind.LEARNT;
  }

  /** Whether it is a buffer that counts. */
  public boolean isCounter() {
    return kind == Kind.COUNTER;
  }

  /** The parameter's value in the trace of {@code x}. */
  public Value in(Value x) {
    return x.trace().read(variable);
  }

  /** What a buffer holds after all that the trace of {@code x} has done so far. */
  public Value latest(Value x) {
    return x.trace().updated(variable).orElseGet(() -> in(x));
  }

  /** Sets what a buffer holds after the run. */
  public void update(Value value) {
    if (isLearnt()) {
      throw new IllegalStateException("a layer updates buffers only, not what is learnt");
    }
    value.trace().update(variable, value);
  }

  /** What a trace reads, or binds to a part of a larger variable. */
  public Variable variable() {
    return variable;
  }

  /** What it holds before training. */
  public Initializer initializer() {
    return initializer;
  }

  /** The sizes in our order. */
  public Shape shape() {
    return variable.type().shape();
  }

  /** The sizes in a checkpoint. */
  public Shape storedShape() {
    return Shape.of(IntStream.of(axes).map(shape()::dim).toArray());
  }

  /** The element type in a checkpoint. */
  public DType storedType() {
    return isCounter() ? DType.I64 : DType.F32;
  }

  /** What it holds before training, as a checkpoint has it. */
  public Tensor initial(long seed, String name) {
    Tensor values = initializer.values(storedShape(), seed, name);
    return isCounter() ? count(values.at(0)) : values;
  }

  private static Tensor count(double value) {
    return Tensor.of(Shape.of(), Math.round(value));
  }

  /** A copy in the order that checkpoints have, of values in ours. */
  public Tensor toStored(Tensor own) {
    return isCounter() ? count(own.at(0)) : permuted(own, shape(), storedShape(), axes);
  }

  /** A copy in our order, of values in the one that checkpoints have. */
  public Tensor fromStored(Tensor stored) {
    if (isCounter()) {
      return Tensor.scalar((float) stored.at(0));
    }
    int[] inverse = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      inverse[axes[i]] = i;
    }
    return permuted(stored, storedShape(), shape(), inverse);
  }

  /**
   * Puts elements that are known by their position in a checkpoint into an array, in our order.
   *
   * @param at the index of the first one
   */
  public void place(Elements stored, float[] to, int at) {
    int[] inverse = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      inverse[axes[i]] = i;
    }
    permute(stored, storedShape(), shape(), inverse, to, at);
  }

  /** Axis i of the result is axis {@code order[i]} of the tensor. */
  private static Tensor permuted(Tensor from, Shape shape, Shape to, int[] order) {
    if (!from.shape().equals(shape)) {
      throw new IllegalArgumentException("the parameter is " + shape + ", not " + from.shape());
    }
    float[] source = from.floats();
    float[] target = new float[source.length];
    permute(index -> source[index], shape, to, order, target, 0);
    return Tensor.of(to, target);
  }

  private static void permute(
      Elements source, Shape shape, Shape to, int[] order, float[] target, int at) {
    int[] strides = shape.strides();
    int[] position = new int[order.length];
    int offset = 0;
    int size = shape.size();
    for (int i = 0; i < size; i++) {
      target[at + i] = source.at(offset);
      for (int axis = order.length - 1; axis >= 0; axis--) {
        offset += strides[order[axis]];
        if (++position[axis] < to.dim(axis)) {
          break;
        }
        offset -= strides[order[axis]] * to.dim(axis);
        position[axis] = 0;
      }
    }
  }

  /** As {@code F32[5, 5, 1, 32]}. */
  @Override
  public String toString() {
    return variable.type().toString();
  }
}
