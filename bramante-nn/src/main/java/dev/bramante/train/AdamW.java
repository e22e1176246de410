package dev.bramante.train;

import dev.bramante.graph.Value;
import java.util.List;

/**
 * Adam with the weight decay apart from the gradient (Loshchilov and Hutter 2019).
 *
 * @param beta1 the share of the mean gradient that is kept
 * @param beta2 the share of the mean squared gradient that is kept
 * @param epsilon added to the root of the latter
 * @param weightDecay the share of the weights that a step takes away, times the learning rate
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
    implements Moments {
  /** The usual numbers with a given weight decay. */
  public AdamW(double weightDecay) {
    this(0.9, 0.999, 1e-8, weightDecay);
  }

  /** Checks the numbers. */
  public AdamW {
    Moments.require(beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public Update update(Value weights, Value gradient, List<Value> state, Numbers numbers) {
    Value kept =
        numbers.decay() == 0
            ? weights
            : weights.times(numbers.rate().times(-numbers.decay()).plus(1));
    return move(kept, gradient, state, numbers);
  }
}
