package dev.bramante.plan;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which bodies with reductions of rows may write over an operand, as the gradient of a softmax may
 * over the logits. Kernels go through a row as often as reductions depend on one another, and write
 * what depends on so many of them the so manieth time: if everything of full size is written in the
 * last pass, nobody reads the operand after that.
 */
final class RowsInPlace {
  private final Graph body;
  private final int size;
  private final Map<Node, Integer> passes = new IdentityHashMap<>();

  private RowsInPlace(Graph body) {
    this.body = body;
    this.size = body.outputs().stream().mapToInt(RowsInPlace::size).max().orElse(0);
  }

  /** Whether results of full size may lie where operand {@code index} does, which has that size. */
  static boolean allows(Graph body, int index) {
    var rows = new RowsInPlace(body);
    return size(body.inputs().get(index)) == rows.size && rows.reducesRows() && rows.writesLast();
  }

  private static int size(Node node) {
    return node.type().shape().size();
  }

  /** Whether all is elementwise, but for reductions over the same last axes. */
  private boolean reducesRows() {
    Optional<List<Integer>> axes = Optional.empty();
    for (Node node : body.nodes()) {
      if (node.op() instanceof Op.Reduce(_, var reduced)) {
        int rank = node.type().shape().rank();
        boolean last = !reduced.isEmpty() && reduced.getFirst() == rank - reduced.size();
        boolean same = axes.isEmpty() || axes.get().equals(reduced);
        boolean rows = size(node.input(0)) == size && size(node) < size;
        if (!last || !same || !rows) {
          return false;
        }
        axes = Optional.of(reduced);
      } else if (!InPlace.isElementwise(node.op())) {
        return false;
      }
    }
    return axes.isPresent();
  }

  private boolean writesLast() {
    int last = 0;
    for (Node node : body.nodes()) {
      int own = node.op() instanceof Op.Reduce ? 1 : 0;
      int before = node.inputs().stream().mapToInt(passes::get).max().orElse(0);
      passes.put(node, before + own);
      last = size(node) == size ? Math.max(last, before) : last;
    }
    for (Node output : body.outputs()) {
      if (size(output) == size && (passes.get(output) < last || last == 0)) {
        return false;
      }
    }
    return true;
  }
}
