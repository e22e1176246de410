package dev.bramante.cpu.loops;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The iteration space of a body: the axes of its largest value, those of size 1 left out, and which
 * of them each node's axes are. Axes of different nodes are the same when an operation says so.
 */
final class Space {
  private final Map<Node, Integer> firstId = new IdentityHashMap<>();
  private final List<Integer> parent = new ArrayList<>();
  private final List<Integer> size = new ArrayList<>();
  private final Map<Integer, Integer> axisOfRoot = new java.util.HashMap<>();
  private final int[] dims;

  Space(Graph body) {
    Node largest = body.nodes().getFirst();
    for (Node node : body.nodes()) {
      firstId.put(node, parent.size());
      for (int dim : dims(node)) {
        parent.add(parent.size());
        size.add(dim);
      }
      if (node.type().shape().size() > largest.type().shape().size()) {
        largest = node;
      }
    }
    dims = squeezed(largest);
    for (Node node : body.nodes()) {
      link(node);
      if (Arrays.equals(squeezed(node), dims)) {
        pairUp(node, largest);
      }
    }
    int next = 0;
    for (int i = 0; i < dims(largest).length; i++) {
      if (dims(largest)[i] != 1) {
        axisOfRoot.put(root(largest, i), next++);
      }
    }
    body.nodes().forEach(this::place);
  }

  /** The sizes of the axes. */
  int[] dims() {
    return dims.clone();
  }

  int size() {
    return Shape.of(dims).size();
  }

  private static int[] dims(Node node) {
    return node.type().shape().dims();
  }

  private static int[] squeezed(Node node) {
    return Arrays.stream(dims(node)).filter(dim -> dim != 1).toArray();
  }

  private void link(Node node) {
    switch (node.op()) {
      case Op.Unary _, Op.Binary _, Op.Where _, Op.Cast _, Op.Broadcast _, Op.Reduce _ -> {
        for (Node input : node.inputs()) {
          for (int i = 0; i < dims(node).length; i++) {
            union(node, i, input, i);
          }
        }
      }
      case Op.Reshape _ -> pairUp(node, node.input(0));
      case Op.Input _, Op.Constant _, Op.Iota _, Op.Random _ -> {}
      case Op other -> throw new IllegalArgumentException("a loop kernel cannot contain " + other);
    }
  }

  /** Makes the axes of two nodes the same in order, those of size 1 left out. */
  private void pairUp(Node a, Node b) {
    if (!Arrays.equals(squeezed(a), squeezed(b))) {
      throw new IllegalArgumentException(
          "a reshape within a loop kernel may only add or drop axes of size 1, not turn "
              + b.type()
              + " into "
              + a.type());
    }
    int j = 0;
    for (int i = 0; i < dims(a).length; i++) {
      if (dims(a)[i] != 1) {
        while (dims(b)[j] == 1) {
          j++;
        }
        union(a, i, b, j++);
      }
    }
  }

  private int root(Node node, int axis) {
    int id = firstId.get(node) + axis;
    while (parent.get(id) != id) {
      id = parent.get(id);
    }
    return id;
  }

  private void union(Node a, int axisA, Node b, int axisB) {
    int ra = root(a, axisA);
    int rb = root(b, axisB);
    parent.set(rb, ra);
    size.set(ra, Math.max(size.get(ra), size.get(rb)));
  }

  /** Gives axes that nothing ties to the largest value the first places where they fit. */
  private void place(Node node) {
    int next = 0;
    for (int i = 0; i < dims(node).length; i++) {
      if (dims(node)[i] == 1) {
        continue;
      }
      Integer known = axisOfRoot.get(root(node, i));
      if (known == null) {
        known = next;
        while (known < dims.length && dims[known] != dims(node)[i]) {
          known++;
        }
        if (known == dims.length) {
          throw new IllegalArgumentException(
              node.type() + " does not fit into the loop over " + Arrays.toString(dims));
        }
        axisOfRoot.put(root(node, i), known);
      }
      next = known + 1;
    }
  }

  /** For each axis of the space, whether the node has it. */
  boolean[] axes(Node node) {
    var has = new boolean[dims.length];
    for (int i = 0; i < dims(node).length; i++) {
      if (dims(node)[i] != 1) {
        has[axisOfRoot.get(root(node, i))] = true;
      }
    }
    return has;
  }

  /**
   * For each axis of the space, how far apart the node's elements are; 0 where it has no such axis.
   */
  int[] strides(Node node) {
    int[] own = node.type().shape().strides();
    var strides = new int[dims.length];
    for (int i = 0; i < own.length; i++) {
      if (dims(node)[i] != 1) {
        strides[axisOfRoot.get(root(node, i))] = own[i];
      }
    }
    return strides;
  }

  /** Counts along one of the node's axes. */
  int[] count(Node node, int axis) {
    var strides = new int[dims.length];
    if (dims(node)[axis] != 1) {
      strides[axisOfRoot.get(root(node, axis))] = 1;
    }
    return strides;
  }

  /** The axes of the space that a reduction removes. */
  boolean[] reduced(Node reduce) {
    boolean[] operand = axes(reduce.input(0));
    boolean[] result = axes(reduce);
    for (int i = 0; i < operand.length; i++) {
      operand[i] &= !result[i];
    }
    return operand;
  }

  /** The node behind reshapes, broadcasts and reductions of nothing, which a loop doesn't see. */
  Node core(Node node) {
    return switch (node.op()) {
      case Op.Reshape _, Op.Broadcast _ -> core(node.input(0));
      case Op.Reduce _ when none(reduced(node)) -> core(node.input(0));
      case Op _ -> node;
    };
  }

  private static boolean none(boolean[] flags) {
    for (boolean flag : flags) {
      if (flag) {
        return false;
      }
    }
    return true;
  }
}
