package dev.bramante.passes;

import dev.bramante.graph.AttentionSpec;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes one kernel of an attention and the sums that its gradients need, and one of the gradients:
 * their products are largely the same.
 *
 * <p>Queries, keys and values that are columns of one value are read there by the kernel, and
 * gradients that are concatenated again are written side by side: their slices and concatenations
 * belong to the kernel's body.
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
    Set<Node> joints = joints(graph);
    Set<Node> joined = Collections.newSetFromMap(new IdentityHashMap<>());
    joints.forEach(joint -> joined.addAll(joint.inputs()));
    for (Node node : graph.nodes()) {
      if (!joined.contains(node)) {
        key(joints.contains(node) ? node.input(0) : node)
            .ifPresent(key -> groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(node));
      }
    }
    Map<Node, List<Node>> groupOf = new IdentityHashMap<>();
    for (List<Node> group : groups.values()) {
      if (AttentionBody.pays(group)) {
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
          Node kernel = kernels.computeIfAbsent(group, nodes -> AttentionBody.kernel(nodes, node));
          int index = group.indexOf(original);
          return index == 0 ? kernel : Nodes.at(node).of(new Op.Part(index), kernel);
        });
  }

  private static Optional<Key> key(Node node) {
    return switch (node.op()) {
      case Op.Attention(var spec) -> Optional.of(key(node, spec, false));
      case Op.AttentionSums(var spec) -> Optional.of(key(node, spec, false));
      case Op.AttentionGrad(var spec, _) -> Optional.of(key(node, spec, true));
      default -> Optional.empty();
    };
  }

  private static Key key(Node node, AttentionSpec spec, boolean gradient) {
    return new Key(spec, gradient, node.inputs().stream().map(Operand::new).toList());
  }

  /** The concatenations of columns that are gradients of one attention, read by nobody else. */
  private static Set<Node> joints(Graph graph) {
    var readers = new Readers(graph);
    Set<Node> joints = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Concat(var axis) && axis == 2 && joins(node, readers)) {
        joints.add(node);
      }
    }
    return joints;
  }

  private static boolean joins(Node concat, Readers readers) {
    Optional<Key> key = key(concat.input(0));
    return key.isPresent()
        && key.get().gradient()
        && concat.inputs().stream().distinct().count() == concat.inputs().size()
        && concat.inputs().stream()
            .allMatch(piece -> key(piece).equals(key) && readers.isReadOnce(piece));
  }
}
