package dev.bramante.nn;

import dev.bramante.graph.Value;
import dev.bramante.tensor.Shape;
import java.util.Optional;

/**
 * Fully connected: x · weightᵀ + bias over the last axis, from [N…, in] to [N…, out].
 *
 * @param weight [out, in], as the ecosystem has it
 * @param bias [out]
 */
public record Linear(Parameter weight, Optional<Parameter> bias) implements Layer {
  /** With a bias, initialised as PyTorch does. */
  public Linear(int in, int out) {
    this(weight(in, out), Optional.of(bias(in, out)));
  }

  /** Without a bias. */
  public static Linear withoutBias(int in, int out) {
    return new Linear(weight(in, out), Optional.empty());
  }

  /** With a bias of zeros and weights initialised otherwise. */
  public static Linear of(int in, int out, Initializer weights) {
    return new Linear(
        new Parameter(weight(in, out).shape(), weights),
        Optional.of(new Parameter(Shape.of(out), new Initializer.Constant(0))));
  }

  private static Parameter weight(int in, int out) {
    return new Parameter(
        Shape.of(Checks.positive("output features", out), Checks.positive("input features", in)),
        Initializer.byFanIn());
  }

  private static Parameter bias(int in, int out) {
    return new Parameter(Shape.of(out), new Initializer.Uniform(1 / Math.sqrt(in)));
  }

  /** Checks that bias and weight agree. */
  public Linear {
    int out = weight.shape().dim(0);
    if (weight.shape().rank() != 2 || bias.isPresent() && bias.get().shape().size() != out) {
      throw new IllegalArgumentException("weight " + weight + " and bias " + bias + " don't fit");
    }
  }

  /** Features that it takes. */
  public int in() {
    return weight.shape().dim(1);
  }

  /** Features that it gives. */
  public int out() {
    return weight.shape().dim(0);
  }

  @Override
  public Value forward(Value x) {
    x.in(this);
    int rank = x.shape().rank();
    Checks.require(
        rank >= 2 && x.dim(-1) == in(),
        x,
        "linear %d → %d takes [N, %d], not %s%s",
        in(),
        out(),
        in(),
        x,
        rank == 4 && x.shape().size(1, 4) == in() ? "; flatten the images first" : "");
    // One product of two matrices, whatever the leading axes, for the sake of the gradients.
    Value y = x.reshape(-1, in()).matmul(weight.in(x), false, true);
    y = bias.isPresent() ? y.plus(bias.get().in(x)) : y;
    return y.reshape(x.shape().with(-1, out()).dims());
  }
}
