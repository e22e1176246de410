package dev.bramante.train;

import dev.bramante.graph.Value;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015).
 *
 * @param beta1 the share of the mean gradient that is kept
 * @param beta2 the share of the mean squared gradient that is kept
 * @param epsilon added to the root of the latter
 * @param weightDecay the pull towards zero, added to the gradient
 */
public record Adam(double beta1, double beta2, double epsilon, double weightDecay)
    implements Moments {
  /** The paper's numbers, without weight decay. */
  public Adam() {
    this(0.9, 0.999, 1e-8, 0);
  }

  /** Checks the numbers. */
  public Adam {
    Moments.require(beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public Update update(Value weights, Value gradient, List<Value> state, Numbers numbers) {
    Value pull = numbers.decay() == 0 ? gradient : gradient.plus(weights.times(numbers.decay()));
    return move(weights, pull, state, numbers);
  }
}
