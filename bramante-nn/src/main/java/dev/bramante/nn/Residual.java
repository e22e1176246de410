package dev.bramante.nn;

import dev.bramante.graph.Value;

/** The sum of two paths from one input: body(x) + skip(x) (section 4.7). */
public record Residual(Layer body, Layer skip) implements Layer {
  /** With a skip path that does nothing. */
  public Residual(Layer body) {
    this(body, new Identity());
  }

  @Override
  public Value forward(Value x) {
    Value y = body.forward(x);
    Value kept = skip.forward(x);
    y.in(this);
    Checks.require(
        y.shape().equals(kept.shape()),
        y,
        "the body of a residual layer gives %s, its skip path %s",
        y,
        kept);
    return y.plus(kept);
  }
}
