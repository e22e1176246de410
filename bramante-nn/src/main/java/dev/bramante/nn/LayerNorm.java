package dev.bramante.nn;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Value;
import dev.bramante.tensor.Shape;

/**
 * Layer normalisation (section 4.6; Ba et al. 2016): each vector of the last axis has its mean
 * taken away, is divided by its deviation, and gets a scale and a shift that are learnt.
 *
 * @param weight γ, [D]
 * @param bias β, [D]
 * @param epsilon added to the variance
 */
public record LayerNorm(Parameter weight, Parameter bias, float epsilon) implements Layer {
  /** With a scale of 1 and a shift of 0 to begin with. */
  public LayerNorm(int width, double epsilon) {
    this(
        new Parameter(Shape.of(Checks.positive("width", width)), new Initializer.Constant(1)),
        new Parameter(Shape.of(width), new Initializer.Constant(0)),
        (float) epsilon);
  }

  @Override
  public Value forward(Value x) {
    x.in(this);
    int width = weight.shape().dim(0);
    Checks.require(x.dim(-1) == width, x, "layer normalisation takes […, %d], not %s", width, x);
    return Functions.layerNorm(x, weight.in(x), bias.in(x), epsilon);
  }
}
