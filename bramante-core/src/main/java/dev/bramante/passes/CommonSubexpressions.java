package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Computes once what is computed several times from the same operands. */
public final class CommonSubexpressions implements Pass {
  /** Larger constants are told apart by identity, since comparing them costs time. */
  private static final int MAX_COMPARED = 4096;

  @Override
  public String name() {
    return "common-subexpressions";
  }

  @Override
  public Graph apply(Graph graph) {
    Map<Key, Node> known = new HashMap<>();
    Map<Node, Integer> numbers = new IdentityHashMap<>();
    graph.inputs().forEach(input -> numbers.put(input, numbers.size()));
    return Rewriter.rewrite(
        graph,
        node -> {
          Node first = known.computeIfAbsent(key(node, numbers), _ -> node);
          numbers.putIfAbsent(first, numbers.size());
          return first;
        });
  }

  /** What makes two nodes the same: equal operations of identical operands. */
  private record Key(Object op, List<Operand> operands) {}

  /** A node, compared by identity. */
  private record Operand(Node node) {}

  /** A small constant, compared by its bits. */
  private record Bits(Tensor tensor) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Bits that && tensor.sameBits(that.tensor);
    }

    @Override
    public int hashCode() {
      var elements = new double[tensor.shape().size()];
      Arrays.setAll(elements, tensor::at);
      return 31 * tensor.toString().hashCode() + Arrays.hashCode(elements);
    }
  }

  private static Key key(Node node, Map<Node, Integer> numbers) {
    var operands = new ArrayList<Operand>();
    for (Node input : node.inputs()) {
      operands.add(new Operand(input));
    }
    return switch (node.op()) {
      case Op.Constant(var value) when value.shape().size() <= MAX_COMPARED ->
          new Key(new Bits(value), List.of());
      case Op.Binary(var kind) when commutes(kind) -> {
        operands.sort(Comparator.comparingInt(operand -> numbers.get(operand.node())));
        yield new Key(node.op(), operands);
      }
      default -> new Key(node.op(), operands);
    };
  }

  private static boolean commutes(BinaryKind kind) {
    return switch (kind) {
      case ADD, MUL, EQ, NE, AND, OR -> true;
      case SUB, DIV, MIN, MAX, POW, LT, LE, GT, GE -> false;
    };
  }
}
