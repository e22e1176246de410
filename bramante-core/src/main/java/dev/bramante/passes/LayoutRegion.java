package dev.bramante.passes;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;

/**
 * Connected operations of one rank that compute the same whatever the order of the axes, if all of
 * them change it together.
 *
 * @param members the operations
 * @param readers who reads what, in the whole graph
 */
record LayoutRegion(Set<Node> members, Readers readers) {
  /** Whether an operation may belong to a region. */
  static boolean isMember(Node node) {
    if (node.type().shape().rank() < 2) {
      return false;
    }
    return switch (node.op()) {
      case Op.Unary _, Op.Binary _, Op.Where _, Op.Cast _, Op.Reduce _, Op.ArgMax _ -> true;
      case Op.Slice _, Op.Pad _, Op.Concat _ -> true;
      case Op.Broadcast _ -> isMember(node.input(0));
      default -> false;
    };
  }

  /** The region of a member. */
  static LayoutRegion around(Node seed, Readers readers) {
    Set<Node> members = Collections.newSetFromMap(new IdentityHashMap<>());
    var open = new ArrayDeque<Node>();
    open.add(seed);
    members.add(seed);
    while (!open.isEmpty()) {
      Node node = open.pop();
      for (List<Node> neighbours : List.of(node.inputs(), readers.of(node))) {
        for (Node neighbour : neighbours) {
          if (isMember(neighbour) && members.add(neighbour)) {
            open.add(neighbour);
          }
        }
      }
    }
    return new LayoutRegion(members, readers);
  }

  /** The order of axes in which the fewest elements are moved, if it is another than now. */
  Optional<Permutation> bestOrder() {
    Set<Permutation> candidates = new LinkedHashSet<>();
    for (Node member : members) {
      for (Node operand : member.inputs()) {
        if (operand.op() instanceof Op.Transpose) {
          candidates.add(Permutation.of(operand).inverse());
        }
      }
      for (Node reader : readers.of(member)) {
        if (reader.op() instanceof Op.Transpose) {
          candidates.add(Permutation.of(reader));
        }
      }
    }
    Optional<Permutation> best = Optional.empty();
    long least = 0;
    for (Permutation order : candidates) {
      long change = change(order);
      if (change < least) {
        best = Optional.of(order);
        least = change;
      }
    }
    return best;
  }

  /** How many more elements are moved after a turn. */
  private long change(Permutation order) {
    long change = 0;
    Set<Node> operands = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node member : members) {
      operands.addAll(member.inputs());
      change += leaving(member, order);
      change += LayoutTurn.copied(member, order) - LayoutTurn.copied(member, order.identity());
    }
    operands.removeAll(members);
    for (Node operand : operands) {
      change += entering(operand, order);
    }
    return change;
  }

  private long entering(Node operand, Permutation order) {
    boolean vanishes = !readers.isResult(operand) && members.containsAll(readers.of(operand));
    return switch (operand.op()) {
      case Op.Transpose _ ->
          Permutation.of(operand).then(order).moved(operand.input(0).type().shape())
              - (vanishes ? Nodes.size(operand) : 0);
      case Op.Broadcast _ -> order.moved(operand.input(0).type().shape());
      case Op.Iota _ -> 0;
      default -> order.moved(operand.type().shape());
    };
  }

  /** What readers outside move after a turn, less what they move now. */
  private long leaving(Node member, Permutation order) {
    Permutation back = order.inverse();
    Shape turned = order.permute(member.type().shape());
    long change = 0;
    boolean wanted = readers.isResult(member);
    for (Node reader : readers.of(member)) {
      if (reader.op() instanceof Op.Transpose) {
        change += back.then(Permutation.of(reader)).moved(turned) - Nodes.size(reader);
      } else {
        boolean readsEitherWay = reader.op() instanceof Op.MatMul && order.exchangesLastTwo();
        wanted |= !members.contains(reader) && !readsEitherWay;
      }
    }
    return wanted ? change + back.moved(turned) : change;
  }

  /** The rule that computes the members in another order, and turns what they give back. */
  BinaryOperator<Node> turning(Permutation order) {
    Map<Node, Node> turned = new IdentityHashMap<>();
    Permutation back = order.inverse();
    return (original, current) -> {
      if (!members.contains(original)) {
        return current;
      }
      var operands = new ArrayList<Node>();
      for (int i = 0; i < original.inputs().size(); i++) {
        Node inside = turned.get(original.input(i));
        operands.add(inside != null ? inside : LayoutTurn.operand(current.input(i), order));
      }
      Node node = Node.of(LayoutTurn.op(original.op(), order), operands, original.path());
      turned.put(original, node);
      return back.of(Nodes.at(original), node);
    };
  }
}
