package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.UnaryKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns relu(max-pool(x)) into max-pool(relu(x)) where that lets the ReLU follow the kernel that
 * makes x, which costs nothing, instead of reading and writing memory once more.
 *
 * <p>The values are the same, since ReLU keeps the order. The gradient of the pooling is too: where
 * the largest element of a window is positive it stays the first largest one, and elsewhere the
 * gradient that comes in is zero. The pass checks that the latter is so.
 */
public final class ReluBeforePool implements Pass {
  @Override
  public String name() {
    return "relu-before-pool";
  }

  @Override
  public Graph apply(Graph graph) {
    Map<Node, List<Node>> users = users(graph);
    Set<Node> pooled = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Node> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : graph.nodes()) {
      if (isRelu(node) && canMove(node, users)) {
        pooled.add(node.input(0).input(0));
        dropped.add(node);
      }
    }
    return Rewriter.rewrite(
        graph,
        (original, node) -> {
          if (pooled.contains(original)) {
            return Nodes.at(node).unary(UnaryKind.RELU, node);
          }
          return dropped.contains(original) ? node.input(0) : node;
        });
  }

  /** The readers of each node; what leaves the graph is its own reader. */
  private static Map<Node, List<Node>> users(Graph graph) {
    Map<Node, List<Node>> users = new IdentityHashMap<>();
    for (Node node : graph.nodes()) {
      users.put(node, new ArrayList<>());
      node.inputs().forEach(input -> users.get(input).add(node));
    }
    graph.outputs().forEach(output -> users.get(output).add(output));
    graph.assigns().forEach(assign -> users.get(assign.value()).add(assign.value()));
    return users;
  }

  private static boolean canMove(Node relu, Map<Node, List<Node>> users) {
    Node pool = relu.input(0);
    if (!(pool.op() instanceof Op.MaxPool)) {
      return false;
    }
    Node x = pool.input(0);
    return isComputed(x)
        && users.get(pool).stream().allMatch(u -> u == relu || isGradient(u, pool, relu))
        && users.get(x).stream().allMatch(u -> u == pool || isGradient(u, pool, relu));
  }

  /** Whether a kernel makes the value into which a ReLU can be fused. */
  private static boolean isComputed(Node x) {
    return switch (x.op()) {
      case Op.Unary _, Op.Binary _, Op.Where _, Op.Conv2d _, Op.MatMul _ -> true;
      default -> false;
    };
  }

  /** Whether the node is the gradient of the pooling, and nothing comes in where the ReLU is 0. */
  private static boolean isGradient(Node node, Node pool, Node relu) {
    return node.op() instanceof Op.MaxPoolGrad
        && node.input(0) == pool.input(0)
        && node.input(1) == pool
        && isMasked(node.input(2), relu);
  }

  private static boolean isMasked(Node gradient, Node relu) {
    return gradient.op() instanceof Op.Where
        && Nodes.is(gradient.input(2), 0)
        && gradient.input(0).op() instanceof Op.Binary(var kind)
        && kind == BinaryKind.GT
        && gradient.input(0).input(0) == relu
        && Nodes.is(gradient.input(0).input(1), 0);
  }

  private static boolean isRelu(Node node) {
    return node.op() instanceof Op.Unary(var kind) && kind == UnaryKind.RELU;
  }
}
