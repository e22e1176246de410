package dev.bramante.nn;

import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Something that a network learns: an identity with a shape and an initialiser. A layer that holds
 * the same parameter as another shares it. What it currently holds is kept by an engine.
 *
 * <p>Our shape and the one in checkpoints differ where the ecosystem orders the axes of a kernel
 * differently.
 */
public final class Parameter {
  private final Variable variable;
  private final Initializer initializer;
  private final int[] axes;

  /**
   * A parameter.
   *
   * @param shape its sizes in our order
   * @param axes axis i in a checkpoint is our axis {@code axes[i]}; none if the order is the same
   */
  public Parameter(Shape shape, Initializer initializer, int... axes) {
    this.variable = new Variable("parameter", Type.f32(shape.dims()));
    this.initializer = initializer;
    this.axes = axes.length == 0 ? IntStream.range(0, shape.rank()).toArray() : axes.clone();
    int[] sorted = IntStream.of(this.axes).sorted().toArray();
    if (!Arrays.equals(sorted, IntStream.range(0, shape.rank()).toArray())) {
      throw new IllegalArgumentException("not a permutation of the axes of " + shape);
    }
  }

  /** The parameter's value in the trace of {@code x}. */
  public Value in(Value x) {
    return x.trace().read(variable);
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

  /** A copy in the order that checkpoints have, of values in ours. */
  public Tensor toStored(Tensor own) {
    return permuted(own, shape(), storedShape(), axes);
  }

  /** A copy in our order, of values in the one that checkpoints have. */
  public Tensor fromStored(Tensor stored) {
    int[] inverse = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      inverse[axes[i]] = i;
    }
    return permuted(stored, storedShape(), shape(), inverse);
  }

  /** Axis i of the result is axis {@code order[i]} of the tensor. */
  private static Tensor permuted(Tensor from, Shape shape, Shape to, int[] order) {
    if (!from.shape().equals(shape)) {
      throw new IllegalArgumentException("the parameter is " + shape + ", not " + from.shape());
    }
    float[] source = from.floats();
    float[] target = new float[source.length];
    int[] strides = shape.strides();
    int[] position = new int[order.length];
    int offset = 0;
    for (int i = 0; i < target.length; i++) {
      target[i] = source[offset];
      for (int axis = order.length - 1; axis >= 0; axis--) {
        offset += strides[order[axis]];
        if (++position[axis] < to.dim(axis)) {
          break;
        }
        offset -= strides[order[axis]] * to.dim(axis);
        position[axis] = 0;
      }
    }
    return Tensor.of(to, target);
  }

  /** As {@code F32[5, 5, 1, 32]}. */
  @Override
  public String toString() {
    return variable.type().toString();
  }
}
