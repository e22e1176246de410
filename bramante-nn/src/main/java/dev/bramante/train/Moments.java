package dev.bramante.train;

import dev.bramante.graph.Value;
import dev.bramante.train.Optimizer.Numbers;
import dev.bramante.train.Optimizer.Update;
import java.util.List;

/** What Adam and AdamW share: running means of the gradient and of its square. */
record Moments(double beta1, double beta2, double epsilon) {
  static final List<String> NAMES = List.of("mean", "square");

  /** The number of corrections. */
  static final int CORRECTIONS = 2;

  Moments {
    boolean fits = beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "betas must be in [0, 1) and epsilon positive, not %s, %s and %s"
              .formatted(beta1, beta2, epsilon));
    }
  }

  /** What undoes the bias of means that began at zero: 1 / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ). */
  static double correction(double beta, int index, long step) {
    double bias = 1 - Math.pow(beta, step + 1);
    return index == 0 ? 1 / bias : 1 / Math.sqrt(bias);
  }

  Update update(Value weights, Value gradient, List<Value> state, Numbers numbers) {
    Value mean = state.get(0).times((float) beta1).plus(gradient.times((float) (1 - beta1)));
    Value square =
        state.get(1).times((float) beta2).plus(gradient.times(gradient).times((float) (1 - beta2)));
    Value size = square.sqrt().times(numbers.corrections().get(1)).plus((float) epsilon);
    Value rate = numbers.rate().times(numbers.corrections().get(0));
    return new Update(weights.minus(mean.over(size).times(rate)), List.of(mean, square));
  }
}
