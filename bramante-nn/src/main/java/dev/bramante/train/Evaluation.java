package dev.bramante.train;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Mode;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.DType;

/** Graphs of a network in evaluation mode, over weights in the layout of the training step. */
public final class Evaluation {
  private static final int TOP = 5;

  private Evaluation() {}

  /** The network alone: from x to its output. */
  public static Graph output(Layer network, Type input, Weights weights) {
    var trace = Parameters.of(network).trace(Mode.EVALUATION);
    weights.bind(trace);
    return trace.graph(network.forward(trace.input(StepArguments.X, input)));
  }

  /**
   * The network and how good it is: from x and target to the output and the loss; and, for
   * cross-entropy, the numbers of targets that are the largest logit and among the five largest.
   */
  public static Graph measures(Layer network, Type input, Weights weights, Loss loss) {
    var trace = Parameters.of(network).trace(Mode.EVALUATION);
    weights.bind(trace);
    Value y = network.forward(trace.input(StepArguments.X, input));
    Value target = trace.input(StepArguments.TARGET, loss.targets(y.type()));
    Value cost = loss.of(y, target);
    return switch (loss) {
      case Loss.CrossEntropy(_, int ignored) -> {
        Value logits = y.reshape(-1, y.dim(-1));
        Value rows = target.reshape(-1, 1);
        yield trace.graph(
            y, cost, hits(logits, rows, 1, ignored), hits(logits, rows, TOP, ignored));
      }
      case Loss.MeanSquaredError _, Loss.L1 _, Loss.Huber _, Loss.BinaryCrossEntropy _ ->
          trace.graph(y, cost);
    };
  }

  /** How many targets [n, 1] have fewer than {@code top} logits [n, classes] ahead of them. */
  private static Value hits(Value logits, Value targets, int top, int ignored) {
    Value classes = logits.trace().iota(1, logits.dim(0), logits.dim(1));
    Value own = classes.binary(BinaryKind.EQ, targets);
    Value none = logits.like(0);
    Value score = own.where(logits, none).reduceKeeping(ReduceKind.SUM, 1);
    // Of equal logits the first counts as the larger one, as for the index of the largest.
    Value tied =
        logits
            .binary(BinaryKind.EQ, score)
            .binary(BinaryKind.AND, classes.binary(BinaryKind.LT, targets));
    Value ahead = logits.binary(BinaryKind.GT, score).binary(BinaryKind.OR, tied);
    Value rank = ahead.cast(DType.F32).sum(1);
    Value counted = targets.reshape(-1).binary(BinaryKind.NE, ignored);
    return rank.binary(BinaryKind.LT, top).binary(BinaryKind.AND, counted).cast(DType.F32).sum();
  }
}
