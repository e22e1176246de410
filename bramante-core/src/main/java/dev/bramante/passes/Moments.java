package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.UnaryKind;
import dev.bramante.tensor.Shape;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes mean and variance over leading axes in one pass over memory instead of two: Σ(x − m)² is
 * Σd² − (Σd)² / n with d = x − c for any c, and the sum is Σd + n · c.
 *
 * <p>With c = 0 the difference would cancel where the mean is large beside the deviation. The first
 * element of each column is a c that is as far from the mean as elements are. Rows are left alone,
 * since the second pass finds them in the cache.
 */
public final class Moments implements Pass {
  /** Columns of fewer elements are in the cache in the second pass. */
  private static final int LEAST_ELEMENTS = 4096;

  @Override
  public String name() {
    return "moments";
  }

  @Override
  public Graph apply(Graph graph) {
    Map<Node, Centred> squares = new IdentityHashMap<>();
    Map<Node, Node> sums = new IdentityHashMap<>();
    for (Node node : graph.nodes()) {
      squared(node)
          .ifPresent(centred -> {
            squares.put(node, centred);
            sums.put(centred.sum(), centred.sum());
          });
    }
    if (squares.isEmpty()) {
      return graph;
    }
    Map<Node, Shifted> shifted = new IdentityHashMap<>();
    return Rewriter.rewrite(
        graph,
        (original, node) -> {
          if (sums.containsKey(original)) {
            return shifted.computeIfAbsent(original, _ -> Shifted.of(node)).total();
          }
          Centred centred = squares.get(original);
          return centred == null ? node : shifted.get(centred.sum()).squares(centred.count());
        });
  }

  /** What is centred and squared, if the node is a sum of that down long columns. */
  private static Optional<Centred> squared(Node node) {
    boolean product =
        node.op() instanceof Op.Reduce(var kind, _)
            && kind == ReduceKind.SUM
            && node.input(0).op() instanceof Op.Binary(var binary)
            && binary == BinaryKind.MUL
            && node.input(0).input(0) == node.input(0).input(1)
            && Nodes.size(node.input(0)) >= LEAST_ELEMENTS;
    return product
        ? Centred.of(node.input(0).input(0)).filter(centred -> isDownColumns(node, centred))
        : Optional.empty();
  }

  private static boolean isDownColumns(Node sum, Centred centred) {
    List<Integer> axes = ((Op.Reduce) sum.op()).axes();
    Shape x = centred.x().type().shape();
    return axes.equals(centred.axes()) && !axes.isEmpty() && axes.getLast() < x.rank() - 1;
  }

  /**
   * A sum of differences from the first element of each column.
   *
   * @param total the sum of the elements themselves
   */
  private record Shifted(Nodes nodes, Node differences, Node sum, Node total) {
    static Shifted of(Node sum) {
      var nodes = Nodes.at(sum);
      Node x = sum.input(0);
      List<Integer> axes = ((Op.Reduce) sum.op()).axes();
      Shape shape = sum.type().shape();
      List<Integer> start = Collections.nCopies(shape.rank(), 0);
      Node first = nodes.of(new Op.Slice(start, shape), x);
      Node differences = nodes.binary(BinaryKind.SUB, x, nodes.broadcast(first, x.type().shape()));
      Node shifted = nodes.reduce(ReduceKind.SUM, differences, axes);
      double count = (double) Nodes.size(x) / Nodes.size(sum);
      Node moved = nodes.binary(BinaryKind.MUL, first, nodes.splat(count, sum.type()));
      return new Shifted(nodes, differences, shifted, nodes.binary(BinaryKind.ADD, shifted, moved));
    }

    /** The sum of squared differences from the mean, which rounding must not make negative. */
    Node squares(int count) {
      List<Integer> axes = ((Op.Reduce) sum.op()).axes();
      Node square = nodes.binary(BinaryKind.MUL, differences, differences);
      Node about = nodes.reduce(ReduceKind.SUM, square, axes);
      Node factor = nodes.splat(1.0 / count, sum.type());
      Node excess = nodes.binary(BinaryKind.MUL, nodes.binary(BinaryKind.MUL, sum, sum), factor);
      return nodes.unary(UnaryKind.RELU, nodes.binary(BinaryKind.SUB, about, excess));
    }
  }
}
