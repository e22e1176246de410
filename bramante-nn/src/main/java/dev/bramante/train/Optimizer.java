package dev.bramante.train;

import dev.bramante.graph.Value;
import java.util.List;

/**
 * How weights follow their gradients, as a graph over one flat buffer (section 3.3). The formulas
 * are PyTorch's, rounding aside.
 */
public sealed interface Optimizer permits Sgd, Moments {
  /**
   * What a step gives.
   *
   * @param weights the new weights
   * @param state the new state, in the order of {@link #state}
   */
  record Update(Value weights, List<Value> state) {}

  /**
   * The numbers of a step.
   *
   * @param rate the learning rate, a scalar
   * @param decay the weight decay
   * @param corrections scalars, in the order of {@link #corrections}
   */
  record Numbers(Value rate, float decay, List<Value> corrections) {}

  /** The names of the buffers that it keeps beside the weights; they begin as zeros. */
  List<String> state();

  /** The weight decay of groups with a factor of 1. */
  double weightDecay();

  /** The number of further scalars that change by step. */
  int corrections();

  /** Scalar {@code index} of a step, which counts from 0. */
  double correction(int index, long step);

  /** The graph of one step. */
  Update update(Value weights, Value gradient, List<Value> state, Numbers numbers);
}
