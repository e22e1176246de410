package dev.bramante.train;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Tensor;

/**
 * The arguments of a step's graph, which differ by what the graph needs: the batch, the learning
 * rate, the optimizer's corrections, and the counters of random numbers. Filling them in allocates
 * nothing.
 */
public final class StepArguments {
  /** The inputs of the batch. */
  static final String X = "x";

  /** The targets of the batch. */
  static final String TARGET = "target";

  /** The learning rate. */
  static final String RATE = "rate";

  /** The optimizer's corrections, followed by their index. */
  static final String CORRECTION = "correction";

  private final Optimizer optimizer;
  private final Tensor[] arguments;
  private final int[] corrections;
  private final int x;
  private final int target;
  private final int rate;
  private final int step;

  /** For a graph of {@link TrainingStep} or {@link Evaluation}, with the seed of the run. */
  public StepArguments(Graph graph, Optimizer optimizer, long seed) {
    this.optimizer = optimizer;
    this.arguments = new Tensor[graph.inputs().size()];
    this.corrections = new int[optimizer.corrections()];
    for (int i = 0; i < corrections.length; i++) {
      corrections[i] = scalar(graph, CORRECTION + i, 0f);
    }
    this.x = position(graph, X);
    this.target = position(graph, TARGET);
    this.rate = scalar(graph, RATE, 0f);
    this.step = counter(graph, "step", 0);
    counter(graph, "seed", Long.hashCode(seed));
  }

  private static int position(Graph graph, String name) {
    int position = 0;
    for (Node node : graph.inputs()) {
      if (node.op() instanceof Op.Input(var given, _) && given.equals(name)) {
        return position;
      }
      position++;
    }
    return -1;
  }

  private int scalar(Graph graph, String name, float value) {
    int position = position(graph, name);
    if (position >= 0) {
      arguments[position] = Tensor.scalar(value);
    }
    return position;
  }

  private int counter(Graph graph, String name, int value) {
    int position = position(graph, name);
    if (position >= 0) {
      arguments[position] = Tensor.scalar(value);
    }
    return position;
  }

  /**
   * The arguments of one run; the array and its scalars are used again by the next call.
   *
   * @param update the number of updates before this one
   * @param draw what distinguishes the random numbers of this run from those of others
   */
  public Tensor[] of(Tensor inputs, Tensor targets, long update, long draw, double learningRate) {
    arguments[x] = inputs;
    arguments[target] = targets;
    if (rate >= 0) {
      arguments[rate].floats()[0] = (float) learningRate;
      for (int i = 0; i < corrections.length; i++) {
        arguments[corrections[i]].floats()[0] = (float) optimizer.correction(i, update);
      }
    }
    if (step >= 0) {
      arguments[step].ints()[0] = (int) draw;
    }
    return arguments;
  }
}
