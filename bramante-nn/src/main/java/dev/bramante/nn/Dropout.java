package dev.bramante.nn;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Value;

/**
 * In training zeroes each element with probability {@code rate} and scales the others by 1 / (1 −
 * rate); otherwise does nothing (section 4.5).
 */
public record Dropout(float rate) implements Layer {
  /** Checks the rate. */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout rate must be in [0, 1), not " + rate);
    }
  }

  @Override
  public Value forward(Value x) {
    return x.trace().training() ? Functions.dropout(x.in(this), rate) : x;
  }
}
