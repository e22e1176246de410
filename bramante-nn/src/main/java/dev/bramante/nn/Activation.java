package dev.bramante.nn;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Value;

/**
 * Functions of each element (section 4.3). In errors and profiles they belong to the layer that
 * they follow, whose kernel does them in passing.
 */
public enum Activation implements Layer {
  /** max(x, 0). */
  RELU,
  /** Hyperbolic tangent. */
  TANH,
  /** Logistic function. */
  SIGMOID,
  /** x · Φ(x). */
  GELU,
  /** GELU by the approximation with tanh. */
  GELU_TANH,
  /** x. */
  IDENTITY;

  @Override
  public Value forward(Value x) {
    return switch (this) {
      case RELU -> x.relu();
      case TANH -> x.tanh();
      case SIGMOID -> x.sigmoid();
      case GELU -> Functions.gelu(x);
      case GELU_TANH -> Functions.geluTanh(x);
      case IDENTITY -> x;
    };
  }
}
