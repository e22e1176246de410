package dev.bramante.passes.fusion;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Puts a graph together again, with each group as one node. */
final class Assembly {
  private final Graph graph;
  private final Units units;
  private final Map<Node, Kernel> kernels = new IdentityHashMap<>();
  private final Map<Node, Node> built = new IdentityHashMap<>();

  /** A group with its body. */
  private record Kernel(Group group, KernelBody.Written written) {}

  private Assembly(Graph graph, Units units) {
    this.graph = graph;
    this.units = units;
  }

  /** The graph with a {@link Op.Fused} node for each group. */
  static Graph of(Graph graph, Units units, List<Group> groups) {
    var assembly = new Assembly(graph, units);
    groups.stream().filter(group -> !group.outputs().isEmpty()).forEach(assembly::write);
    return assembly.build();
  }

  private void write(Group group) {
    boolean plain =
        group.members().size() == 1 && units.role(group.members().getFirst()) == Role.ANCHOR;
    if (plain) {
      return;
    }
    Alignment.of(group.members(), units)
        .flatMap(alignment ->
            Contract.domain(group, units, alignment)
                .map(domain -> KernelBody.of(group, units, alignment, domain)))
        .ifPresent(
            written -> group.outputs().forEach(m -> kernels.put(m, new Kernel(group, written))));
  }

  private Graph build() {
    graph.inputs().forEach(input -> built.put(input, input));
    graph.outputs().forEach(this::build);
    graph.assigns().forEach(assign -> build(assign.value()));
    return Graph.of(
        graph.inputs(),
        graph.outputs().stream().map(built::get).toList(),
        graph.assigns().stream()
            .map(assign -> new Graph.Assign(assign.variable(), built.get(assign.value())))
            .toList());
  }

  /** Depth first with an explicit stack, since graphs of deep networks outgrow the call stack. */
  private void build(Node root) {
    var stack = new ArrayList<Node>();
    stack.add(root);
    while (!stack.isEmpty()) {
      Node node = stack.getLast();
      List<Node> missing =
          needed(node).stream().filter(operand -> !built.containsKey(operand)).toList();
      if (built.containsKey(node)) {
        stack.removeLast();
      } else if (missing.isEmpty()) {
        stack.removeLast();
        finish(node);
      } else {
        stack.addAll(missing);
      }
    }
  }

  private List<Node> needed(Node node) {
    Kernel kernel = kernels.get(node);
    return kernel == null
        ? node.inputs()
        : kernel.written.operands().stream().map(Operand::source).toList();
  }

  private void finish(Node node) {
    Kernel kernel = kernels.get(node);
    if (kernel == null) {
      built.put(node, Node.of(node.op(), built(node.inputs()), node.path()));
      return;
    }
    Graph body = kernel.written.body();
    var operands = new ArrayList<Node>();
    List<Node> sources = needed(node);
    for (int i = 0; i < sources.size(); i++) {
      operands.add(as(built.get(sources.get(i)), body.inputs().get(i).type().shape()));
    }
    String path = kernel.group.outputs().getFirst().path();
    Node fused = Node.of(new Op.Fused(body), operands, path);
    List<Node> outputs = kernel.group.outputs();
    for (int i = 0; i < outputs.size(); i++) {
      Node part = i == 0 ? fused : Node.of(new Op.Part(i), List.of(fused), path);
      built.put(outputs.get(i), as(part, outputs.get(i).type().shape()));
    }
  }

  private List<Node> built(List<Node> nodes) {
    return nodes.stream().map(built::get).toList();
  }

  private static Node as(Node node, Shape shape) {
    Node source = Units.throughReshapes(node);
    return source.type().shape().equals(shape)
        ? source
        : Node.of(new Op.Reshape(shape), List.of(source), node.path());
  }
}
