package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Operand.Fixed;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Memory of a kernel's own for values that have some but not all of the axes of its rows, repeated
 * along the missing ones: with them the rows of all operands can be walked as one axis each.
 */
final class Expansion {
  private final Space space;
  private final boolean[] inRow;
  private final Function<Node, Optional<Operand>> inputs;
  private final Map<Node, Operand> operands = new IdentityHashMap<>();
  private final List<MapPart.Target> targets = new ArrayList<>();

  /**
   * @param inRow the axes of a row
   */
  Expansion(Graph body, Space space, boolean[] inRow, Function<Node, Optional<Operand>> inputs) {
    this.space = space;
    this.inRow = inRow;
    this.inputs = inputs;
    for (Node node : body.nodes()) {
      Optional<int[]> strides = strides(node);
      if (strides.isPresent() && !isWhole(strides.get())) {
        expand(node, strides.get());
      }
    }
  }

  /** What to compute first, each of its own shape. */
  List<MapPart.Target> targets() {
    return targets;
  }

  /** The operand of a node that is loaded rather than computed. */
  Optional<Operand> leaf(Node node) {
    return Optional.ofNullable(operands.get(node)).or(() -> inputs.apply(node));
  }

  private Optional<int[]> strides(Node node) {
    return switch (node.op()) {
      case Op.Input _, Op.Random _ -> Optional.of(space.strides(node));
      case Op.Iota(_, var axis) -> Optional.of(space.count(node, axis));
      case Op _ -> Optional.empty();
    };
  }

  /** Whether the axes of a row can be walked as one. */
  private boolean isWhole(int[] strides) {
    int[] dims = space.dims();
    int previous = -1;
    for (int axis = 0; axis < dims.length; axis++) {
      if (inRow[axis]) {
        if (previous >= 0 && strides[previous] != strides[axis] * dims[axis]) {
          return false;
        }
        previous = axis;
      }
    }
    return true;
  }

  private void expand(Node node, int[] strides) {
    int[] dims = space.dims();
    int[] expanded = new int[dims.length];
    int size = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      if (inRow[axis] || strides[axis] != 0) {
        expanded[axis] = size;
        size *= dims[axis];
      }
    }
    boolean ints = Lane.of(node.type().dtype()).inInts();
    Object array = ints ? new int[size + 16] : new float[size + 16];
    var operand = new Operand(new Fixed(array), ints, expanded);
    operands.put(node, operand);
    targets.add(new MapPart.Target(node, operand));
  }
}
