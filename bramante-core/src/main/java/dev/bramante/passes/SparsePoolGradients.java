package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes one kernel of the gradient of a max-pooling and the gradients of the convolution under it.
 * The first is zero but for one element of each window, so who has both need neither write it nor
 * multiply by its zeros.
 *
 * <p>The body is {@code max_pool_grad} with {@code conv2d_weight_grad}, {@code conv2d_input_grad}
 * or both, which are its outputs. The pass runs before fusion, which would take the input's
 * gradient for an anchor. The bias's gradient does not stand in the way: it is a sum over the
 * pooled values, after simplification.
 */
public final class SparsePoolGradients implements Pass {
  /** Elements of the gradient for each that is not zero: less, and dense kernels are as fast. */
  private static final int LEAST_ZEROS = 4;

  /** Kernels are unrolled over the elements of a window. */
  private static final int MOST_ELEMENTS = 64;

  /** Multiply-adds that dense kernels would spend on each window and filter. */
  private static final int LEAST_WORK = 128;

  /** Elements of an image that stay in a cache of 1 MB while all filters read them. */
  private static final int LARGEST_IMAGE = 128 * 1024;

  @Override
  public String name() {
    return "sparse-pool-gradients";
  }

  @Override
  public Graph apply(Graph graph) {
    Graph current = graph;
    Optional<Map<Node, Node>> found = find(current);
    while (found.isPresent()) {
      Map<Node, Node> replacements = found.get();
      current = Rewriter.rewrite(current, node -> replacements.getOrDefault(node, node));
      found = find(current);
    }
    return current;
  }

  /** What to put in place of the users of the first pooling's gradient that fits. */
  private static Optional<Map<Node, Node>> find(Graph graph) {
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.MaxPoolGrad(var window) && fits(window, node)) {
        List<Node> users = graph.nodes().stream().filter(n -> n.inputs().contains(node)).toList();
        if (!isResult(node, graph) && areGradients(users, node) && !readEachOther(users, node)) {
          return Optional.of(fused(node, users));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean fits(Window window, Node gradient) {
    int elements = window.kernelH() * window.kernelW();
    int pooled = Nodes.size(gradient.input(2));
    return elements <= MOST_ELEMENTS
        && isUndilated(window)
        && window.padH() < window.kernelH()
        && window.padW() < window.kernelW()
        && pooled > 0
        && pooled <= Nodes.size(gradient) / LEAST_ZEROS;
  }

  private static boolean isUndilated(Window window) {
    return window.dilationH() == 1 && window.dilationW() == 1;
  }

  private static boolean isResult(Node node, Graph graph) {
    return graph.outputs().contains(node)
        || graph.assigns().stream().anyMatch(assign -> assign.value() == node);
  }

  /** The convolution that a gradient belongs to. */
  private record Convolution(Window window, int groups, Shape images, Shape weight) {
    boolean pays(int windowElements) {
      int taps = weight.size(0, 3);
      return groups == 1
          && isUndilated(window)
          && images.size(1, 4) <= LARGEST_IMAGE
          && (long) taps * windowElements >= LEAST_WORK;
    }
  }

  /** Whether all users are gradients of one convolution that gains, each of another kind. */
  private static boolean areGradients(List<Node> users, Node gradient) {
    Set<Object> kinds = new HashSet<>();
    Set<Convolution> convolutions = new HashSet<>();
    for (Node user : users) {
      switch (user.op()) {
        case Op.Conv2dWeightGrad(var window, var groups, var weight)
            when user.input(0) != gradient ->
            convolutions.add(new Convolution(window, groups, user.input(0).type().shape(), weight));
        case Op.Conv2dInputGrad(var window, var groups, var images)
            when user.input(1) != gradient ->
            convolutions.add(new Convolution(window, groups, images, user.input(1).type().shape()));
        default -> {
          return false;
        }
      }
      kinds.add(user.op().getClass());
    }
    var pooling = ((Op.MaxPoolGrad) gradient.op()).window();
    int elements = pooling.kernelH() * pooling.kernelW();
    return kinds.size() == users.size()
        && convolutions.size() == 1
        && convolutions.iterator().next().pays(elements);
  }

  /** Whether a user's other operand is computed from a user. */
  private static boolean readEachOther(List<Node> users, Node gradient) {
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    var open = new ArrayDeque<Node>();
    users.forEach(user -> open.addAll(user.inputs()));
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (users.contains(node)) {
        return true;
      }
      if (node != gradient && seen.add(node)) {
        open.addAll(node.inputs());
      }
    }
    return false;
  }

  private static Map<Node, Node> fused(Node gradient, List<Node> users) {
    var operands = new ArrayList<Node>();
    var inputs = new ArrayList<Node>();
    var pooling = new ArrayList<Node>();
    for (Node operand : gradient.inputs()) {
      pooling.add(input(operand, operands, inputs));
    }
    Node inside = Node.of(gradient.op(), pooling, gradient.path());
    var outputs = new ArrayList<Node>();
    for (Node user : users) {
      var read = new ArrayList<Node>();
      for (Node operand : user.inputs()) {
        read.add(operand == gradient ? inside : input(operand, operands, inputs));
      }
      outputs.add(Node.of(user.op(), read, user.path()));
    }
    Graph body = Graph.of(inputs, outputs, List.of());
    Node kernel = Node.of(new Op.Fused(body), operands, users.getFirst().path());
    Map<Node, Node> replacements = new IdentityHashMap<>();
    for (int i = 0; i < users.size(); i++) {
      Node user = users.get(i);
      replacements.put(
          user, i == 0 ? kernel : Node.of(new Op.Part(i), List.of(kernel), user.path()));
    }
    return replacements;
  }

  /** The body's input for an operand. */
  private static Node input(Node operand, List<Node> operands, List<Node> inputs) {
    int known = operands.indexOf(operand);
    if (known >= 0) {
      return inputs.get(known);
    }
    operands.add(operand);
    inputs.add(Node.of(new Op.Input("x" + inputs.size(), operand.type()), List.of(), ""));
    return inputs.getLast();
  }
}
