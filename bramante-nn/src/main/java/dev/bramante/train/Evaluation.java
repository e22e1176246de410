package dev.bramante.train;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Parameters;

/** Graphs of a network in evaluation mode, over weights in the layout of the training step. */
public final class Evaluation {
  private Evaluation() {}

  /** The network alone: from x to its output. */
  public static Graph output(Layer network, Type input, Weights weights) {
    var trace = Parameters.of(network).trace(Mode.EVALUATION);
    weights.bind(trace);
    return trace.graph(network.forward(trace.input(StepArguments.X, input)));
  }

  /** The network and its loss: from x and target to the output and the loss. */
  public static Graph measures(Layer network, Type input, Weights weights, Loss loss) {
    var trace = Parameters.of(network).trace(Mode.EVALUATION);
    weights.bind(trace);
    Value y = network.forward(trace.input(StepArguments.X, input));
    Value target = trace.input(StepArguments.TARGET, loss.targets(y.type()));
    return trace.graph(y, loss.of(y, target));
  }
}
