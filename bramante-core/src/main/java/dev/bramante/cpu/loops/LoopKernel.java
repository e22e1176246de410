package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Operand.Bound;
import dev.bramante.cpu.loops.Operand.Fixed;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A body of elementwise operations, broadcasts and reductions as one kernel, whose code is
 * generated.
 *
 * <p>All values of the body have, up to axes of size 1, the shape of the largest one, or that with
 * some axes 1. Reductions either are all over the same last axes, and may be used further; or they
 * are over any one set of axes and used for outputs only.
 *
 * <p>F32 and BOOL (0 or 1) values live in {@code float[]}, I32 and I64 (narrowed) in {@code int[]}.
 * Arrays have 16 elements more than their last operand, which may be read but are not written. An
 * output may lie exactly on an input of the full shape if the body has no reductions, or of rows
 * alone and the output is written in the last pass (see the planner's {@code RowsInPlace}).
 */
public final class LoopKernel implements Loop {
  private final Graph body;
  private final List<Part> parts = new ArrayList<>();
  private final WorkerPool pool;
  private final int bits;
  private final Space space;

  /**
   * Generates the code.
   *
   * @param bits the vector width: 128, 256 or 512
   * @param pool the threads that share large kernels
   * @throws IllegalArgumentException if the body is none of the above
   */
  public LoopKernel(Graph body, int bits, WorkerPool pool) {
    this.body = body;
    this.bits = bits;
    this.pool = pool;
    try {
      space = new Space(body);
      build();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + "\n" + body, e);
    }
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    Object[] all = arrays;
    int[] starts = offsets;
    int operands = body.inputs().size() + body.outputs().size();
    if (scratch() > 0 && arrays.length == operands) {
      all = Arrays.copyOf(arrays, operands + 1);
      all[operands] = new float[scratch()];
      starts = Arrays.copyOf(offsets, operands + 1);
    }
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).bind(all, starts);
    }
  }

  @Override
  public int scratch() {
    return parts.stream().mapToInt(Part::scratch).max().orElse(0);
  }

  @Override
  public void run() {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).run();
    }
  }

  private void build() {
    List<Node> reduces =
        body.nodes().stream()
            .filter(node -> node.op() instanceof Op.Reduce && space.core(node) == node)
            .toList();
    if (reduces.isEmpty()) {
      maps(this::input, (i, _) -> true);
      return;
    }
    boolean[] reduced = space.reduced(reduces.getFirst());
    for (Node reduce : reduces) {
      if (!Arrays.equals(reduced, space.reduced(reduce))) {
        throw new IllegalArgumentException("reductions of one kernel must be over the same axes");
      }
    }
    if (isNested(reduces)) {
      rows(reduces, reduced);
    } else {
      List<int[]> strides = strides(this::input, body.outputs());
      sums(reduces, new View(space.dims(), reduced, strides));
    }
  }

  /** Reductions whose results are used along the rows that they are of. */
  private void rows(List<Node> reduces, boolean[] reduced) {
    for (int axis = 1; axis < reduced.length; axis++) {
      if (reduced[axis - 1] && !reduced[axis]) {
        throw new IllegalArgumentException(
            "a reduction that is used further must be over the last axes");
      }
    }
    Map<Node, Boolean> depends = dependents(reduces);
    var outputs = new ArrayList<Integer>();
    for (int i = 0; i < body.outputs().size(); i++) {
      Node output = body.outputs().get(i);
      if (depends.get(output) || output.type().shape().size() == space.size()) {
        outputs.add(i);
      }
    }
    maps(this::input, (i, _) -> !outputs.contains(i));
    var expansion = new Expansion(body, space, reduced, this::input);
    for (MapPart.Target target : expansion.targets()) {
      parts.add(new MapPart(pool, bits, space, this::input, List.of(target)));
    }
    List<Node> nodes = outputs.stream().map(body.outputs()::get).toList();
    var view = new View(space.dims(), reduced, strides(expansion::leaf, nodes));
    parts.add(new RowPart(pool, bits, body, outputs, space, view, expansion::leaf));
  }

  /** Whether a reduction, or a full-sized value, depends on a reduction. */
  private boolean isNested(List<Node> reduces) {
    Map<Node, Boolean> depends = dependents(reduces);
    return body.nodes().stream()
        .filter(node -> node.inputs().stream().anyMatch(depends::get))
        .anyMatch(
            node -> reduces.contains(node) || node.op() instanceof Op.Broadcast && grows(node));
  }

  /** For each node whether it is, or depends on, a reduction. */
  private Map<Node, Boolean> dependents(List<Node> reduces) {
    var depends = new IdentityHashMap<Node, Boolean>();
    for (Node node : body.nodes()) {
      boolean any = node.inputs().stream().anyMatch(depends::get);
      depends.put(node, any || reduces.contains(node));
    }
    return depends;
  }

  private boolean grows(Node broadcast) {
    return !Arrays.equals(space.axes(broadcast), space.axes(broadcast.input(0)));
  }

  /** Reductions for outputs only, perhaps with a few operations on their results. */
  private void sums(List<Node> reduces, View view) {
    Map<Node, Operand> results = new IdentityHashMap<>();
    var sums = new ArrayList<Sum>();
    var direct = new boolean[body.outputs().size()];
    for (Node reduce : reduces) {
      int output = soleOutput(reduce);
      Operand to = output >= 0 ? output(body, space, output) : result(reduce);
      if (output >= 0) {
        direct[output] = true;
      } else {
        results.put(reduce, to);
      }
      sums.add(new Sum(((Op.Reduce) reduce.op()).kind(), reduce.input(0), to));
    }
    var stores = new ArrayList<MapPart.Target>();
    for (int i = 0; i < direct.length; i++) {
      Node node = body.outputs().get(i);
      if (!direct[i] && node.type().shape().size() == space.size()) {
        stores.add(new MapPart.Target(node, output(body, space, i)));
        direct[i] = true;
      }
    }
    parts.add(
        view.colReduced()
            ? new LinePart(pool, bits, space, view, this::input, sums, stores)
            : new ColumnPart(pool, bits, space, view, this::input, sums, stores));
    maps(
        node -> Optional.ofNullable(results.get(node)).or(() -> input(node)), (i, _) -> !direct[i]);
  }

  /** The one output that is a reduction's result and nothing else uses, or −1. */
  private int soleOutput(Node reduce) {
    int found = -1;
    for (int i = 0; i < body.outputs().size(); i++) {
      if (space.core(body.outputs().get(i)) == reduce) {
        if (found >= 0) {
          return -1;
        }
        found = i;
      }
    }
    boolean used =
        body.nodes().stream()
            .filter(node -> space.core(node) == node)
            .anyMatch(node -> node.inputs().stream().anyMatch(in -> space.core(in) == reduce));
    return used ? -1 : found;
  }

  /** Memory of the kernel's own for a reduction's result. */
  private Operand result(Node reduce) {
    int length = reduce.type().shape().size() + 16;
    boolean ints = Lane.of(reduce.type().dtype()).inInts();
    Object array = ints ? new int[length] : new float[length];
    return new Operand(new Fixed(array), ints, space.strides(reduce));
  }

  /** Chooses outputs. */
  private interface Choice {
    boolean test(int index, Node output);
  }

  /** Elementwise passes for the chosen outputs, one for each shape. */
  private void maps(Function<Node, Optional<Operand>> leaves, Choice wanted) {
    var byAxes = new LinkedHashMap<String, List<MapPart.Target>>();
    for (int i = 0; i < body.outputs().size(); i++) {
      Node node = body.outputs().get(i);
      if (wanted.test(i, node)) {
        byAxes
            .computeIfAbsent(Arrays.toString(space.axes(node)), _ -> new ArrayList<>())
            .add(new MapPart.Target(node, output(body, space, i)));
      }
    }
    byAxes.values().forEach(t -> parts.add(new MapPart(pool, bits, space, leaves, t)));
  }

  private List<int[]> strides(Function<Node, Optional<Operand>> leaves, List<Node> outputs) {
    var strides = new ArrayList<>(PieceBuilder.strides(space, leaves, outputs));
    outputs.forEach(output -> strides.add(space.strides(output)));
    return strides;
  }

  private Optional<Operand> input(Node node) {
    return input(body, space, node);
  }

  /** The operand of a node that is an input. */
  static Optional<Operand> input(Graph body, Space space, Node node) {
    int index = body.inputs().indexOf(node);
    return index < 0 ? Optional.empty() : Optional.of(operand(space, node, index));
  }

  /** The operand of output {@code index}. */
  static Operand output(Graph body, Space space, int index) {
    return operand(space, body.outputs().get(index), body.inputs().size() + index);
  }

  private static Operand operand(Space space, Node node, int index) {
    return new Operand(
        new Bound(index), Lane.of(node.type().dtype()).inInts(), space.strides(node));
  }
}
