package dev.bramante.passes;

import dev.bramante.graph.AttentionSpec;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one kernel of an attention and the sums that its gradients need, and one of the gradients:
 * their products are largely the same.
 */
public final class JoinAttention implements Pass {
  @Override
  public String name() {
    return "join-attention";
  }

  /** What kernels have to have in common to be joined. */
  private record Key(AttentionSpec spec, boolean gradient, List<Operand> operands) {}

  /** A node, compared by identity. */
  private record Operand(Node node) {}

  @Override
  public Graph apply(Graph graph) {
    Map<Key, List<Node>> groups = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      switch (node.op()) {
        case Op.Attention(var spec) -> add(groups, node, spec, false);
        case Op.AttentionSums(var spec) -> add(groups, node, spec, false);
        case Op.AttentionGrad(var spec, _) -> add(groups, node, spec, true);
        default -> {}
      }
    }
    Map<Node, List<Node>> groupOf = new IdentityHashMap<>();
    for (List<Node> group : groups.values()) {
      if (group.size() > 1) {
        group.forEach(node -> groupOf.put(node, group));
      }
    }
    Map<List<Node>, Node> kernels = new IdentityHashMap<>();
    return Rewriter.rewrite(
        graph,
        (original, node) -> {
          List<Node> group = groupOf.get(original);
          if (group == null) {
            return node;
          }
          Node kernel = kernels.computeIfAbsent(group, nodes -> joined(nodes, node.inputs()));
          int index = group.indexOf(original);
          return index == 0 ? kernel : Nodes.at(node).of(new Op.Part(index), kernel);
        });
  }

  private static void add(
      Map<Key, List<Node>> groups, Node node, AttentionSpec spec, boolean gradient) {
    List<Operand> operands = node.inputs().stream().map(Operand::new).toList();
    var key = new Key(spec, gradient, operands);
    groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(node);
  }

  /** The kernel of nodes that have the same operands. */
  private static Node joined(List<Node> nodes, List<Node> operands) {
    var inputs = new ArrayList<Node>();
    for (Node operand : operands) {
      inputs.add(Node.of(new Op.Input("x" + inputs.size(), operand.type()), List.of(), ""));
    }
    List<Node> outputs =
        nodes.stream().map(node -> Node.of(node.op(), inputs, node.path())).toList();
    var body = new Op.Fused(Graph.of(inputs, outputs, List.of()));
    return Node.of(body, operands, nodes.getFirst().path());
  }
}
