package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A value less its mean over some axes.
 *
 * @param x the value
 * @param sum its sum, of which the mean is made
 * @param axes the axes of the sum
 */
record Centred(Node x, Node sum, List<Integer> axes) {
  /** The node as x − Σx / n, if it is that. */
  static Optional<Centred> of(Node node) {
    if (!(node.op() instanceof Op.Binary(var kind)) || kind != BinaryKind.SUB) {
      return Optional.empty();
    }
    Node x = node.input(0);
    if (!(node.input(1).op() instanceof Op.Broadcast)) {
      return Optional.empty();
    }
    Node mean = throughReshapes(node.input(1).input(0));
    if (!(mean.op() instanceof Op.Binary(var times)) || times != BinaryKind.MUL) {
      return Optional.empty();
    }
    Node sum = throughReshapes(mean.input(0));
    boolean sums =
        sum.op() instanceof Op.Reduce(var reduction, _)
            && reduction == ReduceKind.SUM
            && sum.input(0) == x
            && sum.type().shape().equals(node.input(1).input(0).type().shape());
    OptionalDouble factor = Nodes.splat(mean.input(1));
    double count = sums ? (double) Nodes.size(x) / Nodes.size(sum) : 0;
    return sums && factor.isPresent() && (float) factor.getAsDouble() == (float) (1 / count)
        ? Optional.of(new Centred(x, sum, ((Op.Reduce) sum.op()).axes()))
        : Optional.empty();
  }

  private static Node throughReshapes(Node node) {
    Node source = node;
    while (source.op() instanceof Op.Reshape) {
      source = source.input(0);
    }
    return source;
  }

  /** The number of elements of which each mean is one. */
  int count() {
    Shape shape = x.type().shape();
    return axes.stream().mapToInt(shape::dim).reduce(1, (a, b) -> a * b);
  }
}
