package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Variable;
import dev.bramante.passes.LayoutFold.Matrix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets products do without transposes of the columns that they read or make: flatten(transpose(x))
 * · Wᵀ is flatten(x) · permute(W)ᵀ. Weights that no run changes are permuted once; for others the
 * elements that are moved decide, those of the weights' gradient included.
 */
final class LayoutProducts {
  /** Larger matrices are not worth a second copy in memory, unless much is moved in their stead. */
  private static final int SMALL = 1 << 20;

  /** Runs after which a copy that is made once has paid for its memory. */
  private static final int RUNS = 16;

  private final Set<Node> stable;
  private final Map<Node, LayoutFold> byTranspose = new IdentityHashMap<>();
  private final Map<Node, LayoutFold> byProduct = new IdentityHashMap<>();

  private LayoutProducts(Graph graph) {
    this.stable = stable(graph);
  }

  static Graph apply(Graph graph) {
    var products = new LayoutProducts(graph);
    products.choose(folds(graph));
    return products.byTranspose.isEmpty() ? graph : Rewriter.rewrite(graph, products::rewritten);
  }

  private static List<LayoutFold> folds(Graph graph) {
    var folds = new ArrayList<LayoutFold>();
    var readers = new Readers(graph);
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Transpose) {
        LayoutFold.beforeProducts(node, readers)
            .or(() -> LayoutFold.afterProduct(node, readers))
            .ifPresent(folds::add);
      }
    }
    return folds;
  }

  /** Nodes that are the same in each run, until a variable is written from outside. */
  private static Set<Node> stable(Graph graph) {
    Set<Variable> changed = graph.assigned();
    Set<Node> stable = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : graph.nodes()) {
      boolean holds =
          switch (node.op()) {
            case Op.Input _ -> false;
            case Op.Read(var variable) -> !changed.contains(variable);
            default -> stable.containsAll(node.inputs());
          };
      if (holds) {
        stable.add(node);
      }
    }
    return stable;
  }

  /** Takes the folds that gain, together with those that need the same permuted matrices. */
  private void choose(List<LayoutFold> folds) {
    var open = new ArrayList<>(folds);
    while (!open.isEmpty()) {
      var cluster = new ArrayList<>(List.of(open.removeLast()));
      Set<Matrix> matrices = new HashSet<>(cluster.getFirst().matrices());
      for (LayoutFold fold : List.copyOf(open)) {
        if (fold.matrices().stream().anyMatch(matrices::contains)) {
          cluster.add(fold);
          open.remove(fold);
          matrices.addAll(fold.matrices());
        }
      }
      long moved = cluster.stream().mapToLong(fold -> Nodes.size(fold.transpose())).sum();
      long instead = cluster.stream().mapToLong(LayoutFold::results).sum();
      instead += matrices.stream().mapToLong(matrix -> price(matrix.node())).sum();
      if (instead < moved && areApart(cluster)) {
        cluster.forEach(this::take);
      }
    }
  }

  /** Whether no product has lost another transpose, since only one at a time is dealt with. */
  private boolean areApart(List<LayoutFold> folds) {
    List<Node> products = folds.stream().flatMap(fold -> fold.products().stream()).toList();
    return Set.copyOf(products).size() == products.size()
        && products.stream().noneMatch(byProduct::containsKey);
  }

  private void take(LayoutFold fold) {
    byTranspose.put(fold.transpose(), fold);
    fold.products().forEach(product -> byProduct.put(product, fold));
  }

  private long price(Node matrix) {
    int size = Nodes.size(matrix);
    if (!stable.contains(matrix)) {
      return size;
    }
    return size <= SMALL ? 0 : size / RUNS;
  }

  private Node rewritten(Node original, Node current) {
    LayoutFold vanishing = byTranspose.get(original);
    if (vanishing != null && vanishing.after()) {
      return Nodes.at(current).reshape(current.input(0), current.type().shape());
    }
    LayoutFold fold = byProduct.get(original);
    return fold == null ? current : fold.without(original, current);
  }
}
