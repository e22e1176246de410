package dev.bramante.autodiff;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Value;
import dev.bramante.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gradients by the reverse mode: the loss's nodes are walked backwards, and each passes its
 * gradient on to its operands by the rule of its operation. The gradient is part of the same trace,
 * so that a gradient of a gradient is had by asking again.
 */
public final class Gradients {
  private final Trace trace;
  private final Set<Node> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Node> dependent = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Node, List<Value>> contributions = new IdentityHashMap<>();
  private final Map<Node, Value> gradients = new IdentityHashMap<>();
  private final Recomputation recomputation;

  private Gradients(Trace trace, List<Value> wrt) {
    this.trace = trace;
    this.recomputation = new Recomputation(trace);
    for (Value value : wrt) {
      if (value.trace() != trace) {
        throw new IllegalArgumentException("a value of another trace in a gradient");
      }
      wanted.add(value.node());
    }
  }

  /**
   * The gradients of the loss with respect to values of the same trace, each of its value's shape;
   * zeros where the loss doesn't depend on it, or only through integers.
   *
   * @param loss an F32 scalar
   * @param wrt inputs, what {@link Trace#read} gave for parameters, or any value on the way
   * @throws GradientException if the loss is no F32 scalar, or an operation on the way has no
   *     gradient
   */
  public static List<Value> of(Value loss, List<Value> wrt) {
    if (loss.type().dtype() != DType.F32 || loss.shape().rank() != 0) {
      throw new GradientException(
          "a gradient is taken of an F32 scalar, not of %s; reduce it with sum() or mean()"
              .formatted(loss.type()));
    }
    var gradients = new Gradients(loss.trace(), wrt);
    String path = loss.trace().path();
    try {
      gradients.propagate(loss);
    } finally {
      loss.trace().enterPath(path);
    }
    return wrt.stream().map(gradients::gradient).toList();
  }

  private Value gradient(Value value) {
    return gradients.containsKey(value.node())
        ? gradients.get(value.node())
        : value.like(0).broadcast(value.shape());
  }

  private void propagate(Value loss) {
    List<Node> order = Graph.of(List.of(), List.of(loss.node()), List.of()).nodes();
    order.forEach(this::mark);
    contribute(loss.node(), trace.constant(1));
    for (Node node : order.reversed()) {
      if (contributions.containsKey(node)) {
        trace.enterPath(node.path());
        Value gradient = Contributions.sum(trace.value(node), contributions.remove(node));
        if (wanted.contains(node)) {
          gradients.put(node, gradient);
        }
        passOn(node, gradient);
      }
    }
  }

  /** Notes whether the node's value changes smoothly with that of a wanted one. */
  private void mark(Node node) {
    boolean smooth = node.type().dtype().isFloating();
    boolean through =
        !trace.isDetached(node) && node.inputs().stream().anyMatch(dependent::contains);
    if (smooth && (through || wanted.contains(node))) {
      dependent.add(node);
    }
  }

  private void contribute(Node node, Value gradient) {
    if (dependent.contains(node)) {
      contributions.computeIfAbsent(node, _ -> new ArrayList<>()).add(gradient);
    }
  }

  private void passOn(Node node, Value gradient) {
    if (trace.isDetached(node) || node.inputs().stream().noneMatch(dependent::contains)) {
      return;
    }
    List<Value> operands =
        node.inputs().stream().map(input -> recomputation.value(input, gradient)).toList();
    Value result = recomputation.value(node, gradient);
    Map<Integer, Value> shares = GradientRules.apply(node.op(), operands, result, gradient);
    for (int i = 0; i < operands.size(); i++) {
      if (shares.containsKey(i)) {
        contribute(node.input(i), shares.get(i));
      }
    }
  }
}
