package dev.bramante.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * A computation: nodes in an order in which operands come first, the values to return, and the
 * variables to change when all is computed.
 *
 * @param inputs the {@link Op.Input} nodes, in the order of the arguments
 * @param nodes all nodes, operands before their users
 * @param outputs the nodes whose values are returned, in order
 * @param assigns new values of variables, taken when every node has been computed
 */
public record Graph(List<Node> inputs, List<Node> nodes, List<Node> outputs, List<Assign> assigns) {

  /** A variable's new value. */
  public record Assign(Variable variable, Node value) {}

  /** Copies the lists. */
  public Graph {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
    assigns = List.copyOf(assigns);
  }

  /**
   * The graph of what the outputs and assignments need, in the order of first need; inputs stay
   * even when nothing uses them.
   */
  public static Graph of(List<Node> inputs, List<Node> outputs, List<Assign> assigns) {
    var order = new ArrayList<Node>();
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node input : inputs) {
      visit(input, seen, order);
    }
    for (Node output : outputs) {
      visit(output, seen, order);
    }
    for (Assign assign : assigns) {
      visit(assign.value(), seen, order);
    }
    return new Graph(inputs, order, outputs, assigns);
  }

  /** The variables that an assignment changes. */
  public Set<Variable> assigned() {
    var variables = new HashSet<Variable>();
    for (Assign assign : assigns) {
      variables.add(assign.variable());
    }
    return variables;
  }

  /** The nodes that depend on constants and on variables that no assignment changes, alone. */
  public Set<Node> stable() {
    Set<Variable> changed = assigned();
    Set<Node> stable = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : nodes) {
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

  /** Depth first with an explicit stack, since graphs of deep networks outgrow the call stack. */
  private static void visit(Node root, Set<Node> seen, List<Node> order) {
    var stack = new ArrayList<Node>();
    var next = new ArrayList<Integer>();
    if (!seen.add(root)) {
      return;
    }
    stack.add(root);
    next.add(0);
    while (!stack.isEmpty()) {
      int top = stack.size() - 1;
      Node node = stack.get(top);
      int child = next.get(top);
      if (child == node.inputs().size()) {
        order.add(node);
        stack.removeLast();
        next.removeLast();
      } else {
        next.set(top, child + 1);
        if (seen.add(node.input(child))) {
          stack.add(node.input(child));
          next.add(0);
        }
      }
    }
  }

  /** The readable form of {@link Printer}. */
  @Override
  public String toString() {
    return Printer.print(this);
  }
}
