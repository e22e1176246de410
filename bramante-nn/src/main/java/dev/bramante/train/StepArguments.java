package dev.bramante.train;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The arguments of a step's graph, which differ by what the graph needs: the batch, the learning
 * rate, the optimizer's corrections, and the counters of random numbers. Filling them in allocates
 * nothing.
 */
public final class StepArguments {
  /** The inputs of the batch, followed by their index. */
  private static final String X = "x";

  /** The targets of the batch. */
  static final String TARGET = "target";

  /** The learning rate. */
  static final String RATE = "rate";

  /** The optimizer's corrections, followed by their index. */
  static final String CORRECTION = "correction";

  private final Optimizer optimizer;
  private final Tensor[] arguments;
  private final int[] corrections;
  private final int[] inputs;
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
    this.inputs = positions(graph);
    this.target = position(graph, TARGET);
    this.rate = scalar(graph, RATE, 0f);
    this.step = counter(graph, "step", 0);
    counter(graph, "seed", Long.hashCode(seed));
  }

  /** The inputs of a batch in a trace. */
  static List<Value> inputs(Trace trace, List<Type> types) {
    var values = new ArrayList<Value>();
    for (Type type : types) {
      values.add(trace.input(X + values.size(), type));
    }
    return values;
  }

  private static int[] positions(Graph graph) {
    return IntStream.range(0, graph.inputs().size())
        .map(i -> position(graph, X + i))
        .takeWhile(position -> position >= 0)
        .toArray();
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
  public Tensor[] of(
      List<Tensor> inputs, Tensor targets, long update, long draw, double learningRate) {
    for (int i = 0; i < this.inputs.length; i++) {
      arguments[this.inputs[i]] = inputs.get(i);
    }
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
