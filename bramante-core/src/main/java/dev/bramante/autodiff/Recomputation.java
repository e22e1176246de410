package dev.bramante.autodiff;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What gradient rules take for the values of the forward pass: those themselves or, within a
 * section of {@link Trace#recomputed}, copies that are computed again once the gradient has got
 * there (Chen et al. 2016).
 */
final class Recomputation {
  /** Elements up to which a value is kept all the same: statistics of channels, say. */
  private static final int SMALL = 8192;

  private final Trace trace;
  private final Map<Node, Value> copies = new IdentityHashMap<>();

  /** By section, what its copies wait for: the first gradient that asked. */
  private final Map<Set<Node>, Value> triggers = new IdentityHashMap<>();

  /** By section and the node outside it. */
  private final Map<Set<Node>, Map<Node, Value>> entries = new IdentityHashMap<>();

  Recomputation(Trace trace) {
    this.trace = trace;
  }

  /** The value of a node, for a rule that passes on a gradient. */
  Value value(Node node, Value gradient) {
    var section = trace.section(node);
    if (section.isEmpty() || isKept(node)) {
      return trace.value(node);
    }
    triggers.putIfAbsent(section.get(), gradient);
    if (!copies.containsKey(node)) {
      String path = trace.path();
      copy(node, section.get());
      trace.enterPath(path);
    }
    return copies.get(node);
  }

  private static boolean isKept(Node node) {
    return node.inputs().isEmpty() || node.type().shape().size() <= SMALL;
  }

  /** Whether the node is a part of a variable, which is there in any case. */
  private static boolean isHeld(Node node) {
    Node source = node;
    while (source.op() instanceof Op.Reshape || source.op() instanceof Op.Slice) {
      source = source.input(0);
    }
    return source.op() instanceof Op.Read;
  }

  /** Copies a node and before it, with a stack of its own, what it needs of the section. */
  private void copy(Node wanted, Set<Node> section) {
    var stack = new ArrayList<Node>(List.of(wanted));
    while (!stack.isEmpty()) {
      Node node = stack.getLast();
      List<Node> missing =
          node.inputs().stream().filter(input -> isCopied(input, section)).toList();
      if (missing.isEmpty()) {
        stack.removeLast();
        copies.computeIfAbsent(node, n -> copyOf(n, section));
      } else {
        stack.addAll(missing);
      }
    }
  }

  private boolean isCopied(Node node, Set<Node> section) {
    return section.contains(node) && !isKept(node) && !copies.containsKey(node);
  }

  private Value copyOf(Node node, Set<Node> section) {
    trace.enterPath(node.path());
    List<Value> operands = node.inputs().stream().map(input -> operand(input, section)).toList();
    return trace.add(node.op(), operands);
  }

  private Value operand(Node node, Set<Node> section) {
    if (copies.containsKey(node)) {
      return copies.get(node);
    }
    Value kept = trace.value(node);
    boolean entered = !section.contains(node) && !isKept(node) && !isHeld(node);
    return entered
        ? entries
            .computeIfAbsent(section, _ -> new IdentityHashMap<>())
            .computeIfAbsent(node, _ -> trace.add(new Op.After(), kept, triggers.get(section)))
        : kept;
  }
}
