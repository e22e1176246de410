package dev.bramante.train;

import dev.bramante.graph.Value;
import java.util.List;

/** What Adam and AdamW share: running means of the gradient and of its square. */
sealed interface Moments extends Optimizer permits Adam, AdamW {
  /** The share of the mean gradient that is kept. */
  double beta1();

  /** The share of the mean squared gradient that is kept. */
  double beta2();

  /** Added to the root of the latter. */
  double epsilon();

  /** Checks the numbers of a constructor. */
  static void require(double beta1, double beta2, double epsilon, double weightDecay) {
    boolean fits = beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "betas must be in [0, 1) and epsilon positive, not %s, %s and %s"
              .formatted(beta1, beta2, epsilon));
    }
    if (!(weightDecay >= 0)) {
      throw new IllegalArgumentException("weight decay must be at least 0, not " + weightDecay);
    }
  }

  @Override
  default List<String> state() {
    return List.of("mean", "square");
  }

  @Override
  default int corrections() {
    return 2;
  }

  /** What undoes the bias of means that began at zero: 1 / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ). */
  @Override
  default double correction(int index, long step) {
    double bias = 1 - Math.pow(index == 0 ? beta1() : beta2(), step + 1);
    return index == 0 ? 1 / bias : 1 / Math.sqrt(bias);
  }

  /** Moves weights along the mean gradient, in units of the root of its mean square. */
  default Update move(Value weights, Value gradient, List<Value> state, Numbers numbers) {
    float kept1 = (float) beta1();
    float kept2 = (float) beta2();
    Value mean = state.get(0).times(kept1).plus(gradient.times((float) (1 - beta1())));
    Value square =
        state.get(1).times(kept2).plus(gradient.times(gradient).times((float) (1 - beta2())));
    Value size = square.sqrt().times(numbers.corrections().get(1)).plus((float) epsilon());
    Value rate = numbers.rate().times(numbers.corrections().get(0));
    return new Update(weights.minus(mean.over(size).times(rate)), List.of(mean, square));
  }
}
