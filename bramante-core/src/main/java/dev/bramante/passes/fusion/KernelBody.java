package dev.bramante.passes.fusion;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a group down as the body of a kernel, in which every value has the axes of the kernel's
 * domain, with size 1 where it is repeated. Views thereby vanish.
 */
final class KernelBody {
  private final Units units;
  private final Alignment alignment;
  private final Domain domain;
  private final Map<Node, Node> made = new IdentityHashMap<>();
  private final Map<Operand, Node> inputs = new LinkedHashMap<>();

  private KernelBody(Units units, Alignment alignment, Domain domain) {
    this.units = units;
    this.alignment = alignment;
    this.domain = domain;
  }

  /**
   * A body and what its inputs stand for.
   *
   * @param operands what each input reads; of the input's type but for axes of the same order
   */
  record Written(Graph body, List<Operand> operands) {}

  /** The body of the group's kernel. */
  static Written of(Group group, Units units, Alignment alignment, Domain domain) {
    var body = new KernelBody(units, alignment, domain);
    for (Operand operand : Operand.of(group.members(), units, alignment)) {
      body.input(operand);
    }
    for (Node value : alignment.values()) {
      body.made.put(value, body.make(value));
    }
    List<Node> outputs = group.outputs().stream().map(body.made::get).toList();
    Graph graph = Graph.of(List.copyOf(body.inputs.values()), outputs, List.of());
    return new Written(graph, List.copyOf(body.inputs.keySet()));
  }

  private Node input(Operand operand) {
    return inputs.computeIfAbsent(
        operand,
        key -> {
          Type type = key.source().type();
          Type inside = key.span().map(span -> type.with(domain.narrow(span))).orElse(type);
          return Node.of(new Op.Input("x" + inputs.size(), inside), List.of(), "");
        });
  }

  private Node make(Node value) {
    Shape shape = domain.narrow(alignment.span(value));
    return switch (value.op()) {
      case Op.Reshape _ -> operands(value).getFirst();
      case Op.Broadcast _ -> broadcast(operands(value).getFirst(), shape, value.path());
      case Op.Reduce(var kind, _) -> {
        Node x = operands(value).getFirst();
        yield Node.of(new Op.Reduce(kind, axes(x.type().shape(), shape)), List.of(x), value.path());
      }
      case Op.Constant(var tensor) -> constant(tensor);
      case Op.Iota iota -> positions(value, iota, shape);
      case Op.Random(_, var stream) ->
          Node.of(new Op.Random(shape, stream), operands(value), value.path());
      default -> Node.of(value.op(), operands(value), value.path());
    };
  }

  private List<Node> operands(Node value) {
    var operands = new ArrayList<Node>();
    for (Node operand : value.inputs()) {
      if (units.readsRaw(value)) {
        operands.add(input(new Operand(operand, Optional.empty())));
      } else if (alignment.isInner(operand)) {
        operands.add(made.get(operand));
      } else {
        operands.add(input(Operand.outer(value, operand, units, alignment).orElseThrow()));
      }
    }
    return operands;
  }

  private static Node broadcast(Node x, Shape shape, String path) {
    return x.type().shape().equals(shape) ? x : Node.of(new Op.Broadcast(shape), List.of(x), path);
  }

  /**
   * The axes that a reduction takes away. With the last one of size not 1 go those of size 1 after
   * it, so that a reduction of rows is one over the last axes.
   */
  private List<Integer> axes(Shape from, Shape to) {
    var axes = new ArrayList<Integer>();
    for (int axis = 0; axis < from.rank(); axis++) {
      if (from.dim(axis) != to.dim(axis) || (!axes.isEmpty() && from.dim(axis) == 1)) {
        axes.add(axis);
      }
    }
    return axes;
  }

  private Node constant(Tensor tensor) {
    int[] ones = new int[domain.shape().rank()];
    Arrays.fill(ones, 1);
    return Node.of(new Op.Constant(tensor.reshape(ones)), List.of(), "");
  }

  private Node positions(Node value, Op.Iota iota, Shape shape) {
    if (iota.shape().dim(iota.axis()) == 1) {
      Tensor zero = Tensor.zeros(DType.I32, Shape.of(1));
      return broadcast(constant(zero), shape, value.path());
    }
    int axis = domain.axis(alignment, value, iota);
    return Node.of(new Op.Iota(shape, axis), List.of(), value.path());
  }
}
