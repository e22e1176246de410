package dev.bramante.train;

import dev.bramante.graph.Value;
import java.util.List;

/**
 * Stochastic gradient descent with momentum (section 3.3).
 *
 * @param momentum the share of the last direction that is kept; 0 for none
 * @param nesterov whether to look ahead along the new direction (Sutskever et al. 2013)
 * @param weightDecay the pull towards zero, added to the gradient
 */
public record Sgd(double momentum, boolean nesterov, double weightDecay) implements Optimizer {
  /** Checks the numbers. */
  public Sgd {
    if (!(momentum >= 0 && momentum < 1) || !(weightDecay >= 0)) {
      throw new IllegalArgumentException(
          "momentum must be in [0, 1) and weight decay at least 0, not %s and %s"
              .formatted(momentum, weightDecay));
    }
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("Nesterov's variant needs a momentum");
    }
  }

  @Override
  public List<String> state() {
    return momentum == 0 ? List.of() : List.of("momentum");
  }

  @Override
  public int corrections() {
    return 0;
  }

  @Override
  public double correction(int index, long step) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public Update update(Value weights, Value gradient, List<Value> state, Numbers numbers) {
    Value pull = numbers.decay() == 0 ? gradient : gradient.plus(weights.times(numbers.decay()));
    if (momentum == 0) {
      return new Update(weights.minus(pull.times(numbers.rate())), List.of());
    }
    Value direction = state.getFirst().times((float) momentum).plus(pull);
    Value way = nesterov ? pull.plus(direction.times((float) momentum)) : direction;
    return new Update(weights.minus(way.times(numbers.rate())), List.of(direction));
  }
}
