package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns conv(x, w) · s + t into conv(x, w · s) + t, and likewise for matrix products, where w, s
 * and t are the same in each run, so that the weights are scaled once. That is how batch
 * normalisation by running statistics costs nothing: the shift is a bias.
 *
 * <p>Only where nobody else reads the convolution's result, and with one scale and shift for each
 * of its channels.
 */
public final class FoldScales implements Pass {
  @Override
  public String name() {
    return "fold-scales";
  }

  @Override
  public Graph apply(Graph graph) {
    Set<Node> stable = graph.stable();
    var readers = new Readers(graph);
    Map<Node, Scaled> scaled = new IdentityHashMap<>();
    return Rewriter.rewrite(
        graph,
        (original, node) -> {
          Optional<Scaled> found = Optional.empty();
          if (isAnchor(original) && !stable.contains(original)) {
            found = stable.contains(original.input(1)) ? Optional.of(Scaled.of(node)) : found;
          } else if (original.op() instanceof Op.Binary(var kind)) {
            for (int i = 0; i < 2 && found.isEmpty(); i++) {
              Node value = original.input(i);
              if (scaled.containsKey(value)
                  && readers.isReadOnce(value)
                  && stable.contains(original.input(1 - i))) {
                found = scaled.get(value).then(kind, node.input(1 - i), i == 1);
              }
            }
          }
          found.ifPresent(s -> scaled.put(original, s));
          return found.filter(s -> s.scale().isPresent()).map(s -> s.node()).orElse(node);
        });
  }

  private static boolean isAnchor(Node node) {
    return (node.op() instanceof Op.Conv2d || node.op() instanceof Op.MatMul)
        && !(node.input(1).op() instanceof Op.Unpack);
  }

  /**
   * A convolution or product, times a scale, plus a shift.
   *
   * @param scale of shape [1, …, channels], or none for 1
   * @param shift likewise, or none for 0
   */
  private record Scaled(Node anchor, Optional<Node> scale, Optional<Node> shift) {
    static Scaled of(Node anchor) {
      return new Scaled(anchor, Optional.empty(), Optional.empty());
    }

    /** What an operation with a repeated row makes of it; {@code reversed} if that comes first. */
    Optional<Scaled> then(BinaryKind kind, Node operand, boolean reversed) {
      Optional<Node> row = row(operand);
      return switch (kind) {
        case ADD -> row.map(c -> plus(kind, c));
        case SUB -> reversed ? Optional.empty() : row.map(c -> plus(kind, c));
        case MUL -> row.map(c -> times(kind, c));
        case DIV -> reversed ? Optional.empty() : row.map(c -> times(kind, c));
        default -> Optional.empty();
      };
    }

    private Scaled plus(BinaryKind kind, Node c) {
      return new Scaled(anchor, scale, Optional.of(combined(kind, shift, c, 0)));
    }

    private Scaled times(BinaryKind kind, Node c) {
      Node factor = combined(kind, scale, c, 1);
      return new Scaled(
          anchor, Optional.of(factor), shift.map(t -> Nodes.at(anchor).binary(kind, t, c)));
    }

    private Node combined(BinaryKind kind, Optional<Node> a, Node b, double neutral) {
      Nodes nodes = Nodes.at(anchor);
      boolean same = a.isEmpty() && (kind == BinaryKind.ADD || kind == BinaryKind.MUL);
      return same ? b : nodes.binary(kind, a.orElseGet(() -> nodes.splat(neutral, b.type())), b);
    }

    /** The row that the operand repeats, in the shape [1, …, channels]. */
    private Optional<Node> row(Node operand) {
      if (!(operand.op() instanceof Op.Broadcast) || !Nodes.isFloat(operand)) {
        return Optional.empty();
      }
      Node row = operand.input(0);
      var shape = row.type().shape();
      var whole = anchor.type().shape();
      int last = shape.rank() - 1;
      return shape.size(0, last) == 1 && whole.size() > 0
          ? Optional.of(Nodes.at(anchor).broadcast(row, oneRow()))
          : Optional.empty();
    }

    private Shape oneRow() {
      var shape = anchor.type().shape();
      for (int axis = 0; axis < shape.rank() - 1; axis++) {
        shape = shape.with(axis, 1);
      }
      return shape;
    }

    /** The anchor with scaled weights, with the shift added. */
    Node node() {
      Nodes nodes = Nodes.at(anchor);
      Node weight = anchor.input(1);
      Node factor = scale.orElseThrow();
      if (anchor.op() instanceof Op.MatMul(_, var transposed) && transposed) {
        int rank = factor.type().shape().rank();
        int columns = factor.type().shape().dim(-1);
        factor = nodes.reshape(factor, oneRow().with(rank - 1, 1).with(rank - 2, columns));
      }
      Node scaled =
          nodes.binary(BinaryKind.MUL, weight, nodes.broadcast(factor, weight.type().shape()));
      Node result = Node.of(anchor.op(), List.of(anchor.input(0), scaled), anchor.path());
      return shift
          .map(t -> nodes.binary(BinaryKind.ADD, result, nodes.broadcast(t, result.type().shape())))
          .orElse(result);
    }
  }
}
