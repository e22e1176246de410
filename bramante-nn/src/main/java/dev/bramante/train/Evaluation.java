package dev.bramante.train;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.nn.Network;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.DType;
import java.util.List;

/** Graphs of a network in evaluation mode, over weights in the layout of the training step. */
public final class Evaluation {
  private Evaluation() {}

  /** The network alone: from x to its output. */
  public static Graph output(Network network, List<Type> inputs, Weights weights) {
    var trace = Parameters.of(network).trace(Mode.EVALUATION);
    weights.bind(trace);
    return trace.graph(network.forward(StepArguments.inputs(trace, inputs)));
  }

  /** The network and its loss: from x and target to the output and the loss. */
  public static Graph measures(Network network, List<Type> inputs, Weights weights, Loss loss) {
    var trace = Parameters.of(network).trace(Mode.EVALUATION);
    weights.bind(trace);
    Value y = network.forward(StepArguments.inputs(trace, inputs));
    Value target = trace.input(StepArguments.TARGET, loss.targets(y.type()));
    return trace.graph(y, loss.of(y, target));
  }

  /**
   * What is to be known of a network that predicts tokens, whose logits are too many to look at:
   * from x and target to the loss and the number of targets that have the largest logit.
   */
  public static Graph hits(Network network, List<Type> inputs, Weights weights, Loss loss) {
    var trace = Parameters.of(network).trace(Mode.EVALUATION);
    weights.bind(trace);
    Value y = network.forward(StepArguments.inputs(trace, inputs));
    Value target = trace.input(StepArguments.TARGET, loss.targets(y.type()));
    return trace.graph(loss.of(y, target), hits(y, target));
  }

  /** How many targets have the largest logit. */
  static Value hits(Value logits, Value target) {
    Value best = logits.argMax(-1);
    return best.binary(BinaryKind.EQ, target).cast(DType.F32).sum();
  }
}
