package dev.bramante.plan;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The place of every value of a graph. Reshapes, contiguous slices, parts, variables and constants
 * are views: they have a place without a step that computes them.
 */
final class Places {
  private final Map<Node, List<Place>> places = new IdentityHashMap<>();
  private final Map<Variable, Storage> held = new IdentityHashMap<>();
  private final List<Storage> computed = new ArrayList<>();

  Places(Graph graph) {
    List<Node> nodes = graph.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      places.put(node, place(node, i));
      for (Node input : node.inputs()) {
        for (Place place : places.get(input)) {
          place.storage().use(i);
        }
      }
    }
    for (Node output : graph.outputs()) {
      of(output).storage().use(nodes.size());
    }
  }

  /** The place of a node's value. */
  Place of(Node node) {
    return places.get(node).getFirst();
  }

  /** The places of all of a node's results. */
  List<Place> all(Node node) {
    return places.get(node);
  }

  /** The storage of a variable. */
  Storage held(Variable variable) {
    return held.computeIfAbsent(
        variable, v -> new Storage(v.type().shape().size(), new Memory.Held(v), 0));
  }

  /** Every storage that a step writes, placed or not. */
  List<Storage> computed() {
    return computed;
  }

  /** Another storage in the arena, alive at one position. */
  Storage extra(Type type, int at) {
    Storage storage = Storage.computed(type, at);
    computed.add(storage);
    return storage;
  }

  /** Whether the node is a view, so that no step computes it. */
  static boolean isView(Node node) {
    return switch (node.op()) {
      case Op.Input _, Op.Read _, Op.Constant _, Op.Reshape _, Op.Part _, Op.After _ -> true;
      case Op.Slice(var starts, var shape) ->
          contiguousOffset(node.input(0).type().shape(), starts, shape) >= 0;
      case Op.Iota _, Op.Random _, Op.Unary _, Op.Binary _, Op.Where _, Op.Cast _ -> false;
      case Op.Broadcast _, Op.Reduce _, Op.ArgMax _, Op.MatMul _, Op.Conv2d _ -> false;
      case Op.Conv2dInputGrad _, Op.Conv2dWeightGrad _, Op.MaxPool _, Op.MaxPoolGrad _ -> false;
      case Op.AvgPool _, Op.AvgPoolGrad _, Op.Transpose _, Op.Concat _, Op.Pad _ -> false;
      case Op.Gather _, Op.ScatterAdd _, Op.Fused _, Op.Custom _ -> false;
      case Op.ReplaceRows _, Op.Unpack _ -> false;
      case Op.Attention _, Op.AttentionSums _, Op.AttentionGrad _ -> false;
    };
  }

  private List<Place> place(Node node, int at) {
    return switch (node.op()) {
      case Op.Read(var variable) -> List.of(new Place(held(variable), 0, node.type()));
      case Op.Constant(var value) ->
          List.of(
              new Place(
                  new Storage(value.shape().size(), new Memory.Fixed(value), at), 0, node.type()));
      case Op.Reshape _, Op.After _ -> List.of(of(node.input(0)).as(node.type()));
      case Op.Part(var index) -> List.of(places.get(node.input(0)).get(index));
      case Op.Slice(var starts, var shape) when isView(node) ->
          List.of(
              of(node.input(0))
                  .at(contiguousOffset(node.input(0).type().shape(), starts, shape), node.type()));
      case Op.Fused(var body) ->
          body.outputs().stream().map(output -> fresh(output.type(), at)).toList();
      default -> List.of(fresh(node.type(), at));
    };
  }

  private Place fresh(Type type, int at) {
    Storage storage = Storage.computed(type, at);
    computed.add(storage);
    return new Place(storage, 0, type);
  }

  /** The offset of a slice that is one run of elements, or −1. */
  static int contiguousOffset(Shape from, List<Integer> starts, Shape shape) {
    int[] strides = from.strides();
    int offset = 0;
    boolean partial = false;
    for (int i = from.rank() - 1; i >= 0; i--) {
      if (partial && shape.dim(i) != 1) {
        return -1;
      }
      partial |= shape.dim(i) != from.dim(i);
      offset += starts.get(i) * strides[i];
    }
    return offset;
  }
}
