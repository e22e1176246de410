package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Operand.Scratch;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Divides a body with row reductions into stages. The level of a value is how many reductions deep
 * it depends on; stage p first computes the row values of level p (one element a row), then sweeps
 * over the elements for the reductions and outputs of level p.
 */
final class RowSchedule {
  /** One stage; what it may load instead of computing differs between its two passes. */
  record Stage(
      List<MapPart.Target> stepStores,
      Function<Node, Optional<Operand>> stepLeaves,
      List<MapPart.Target> sweepStores,
      List<Sum> sums,
      Function<Node, Optional<Operand>> sweepLeaves) {}

  private final Graph body;
  private final List<Integer> outputs;
  private final Space space;
  private final View view;
  private final Function<Node, Optional<Operand>> bound;
  private final int blockRows;
  private final Map<Node, Integer> levels = new IdentityHashMap<>();
  private final Map<Node, Boolean> wide = new IdentityHashMap<>();

  /** Row values in scratch memory. */
  private final Map<Node, Operand> rowValues = new IdentityHashMap<>();

  /** Elements computed in one sweep and kept for later ones. */
  private final Map<Node, Operand> kept = new IdentityHashMap<>();

  private final Map<Node, Integer> keptSince = new IdentityHashMap<>();
  private final List<Stage> stages = new ArrayList<>();
  private int scratch = PieceBuilder.AREA_LENGTH;

  /**
   * @param outputs which outputs to compute
   * @param bound the operand of each node that is loaded
   */
  RowSchedule(
      Graph body,
      List<Integer> outputs,
      Space space,
      View view,
      Function<Node, Optional<Operand>> bound,
      int blockRows) {
    this.body = body;
    this.outputs = outputs;
    this.space = space;
    this.view = view;
    this.bound = bound;
    this.blockRows = blockRows;
    for (Node node : body.nodes()) {
      measure(node);
    }
    findRowValues();
    int last = levels.values().stream().mapToInt(i -> i).max().orElse(0);
    for (int p = 0; p <= last; p++) {
      stages.add(stage(p));
    }
    for (int p = 0; p < last; p++) {
      keepExpensive(p);
    }
  }

  List<Stage> stages() {
    return stages;
  }

  /** Elements of scratch memory for each worker. */
  int scratchLength() {
    return scratch + 16;
  }

  private void measure(Node node) {
    boolean reduces = isReduce(node);
    int level = 0;
    boolean along =
        bound
            .apply(node)
            .map(o -> view.colStride(o.strides()) != 0)
            .orElse(
                switch (node.op()) {
                  case Op.Random _ -> view.colStride(space.strides(node)) != 0;
                  case Op.Iota(_, var axis) -> view.colStride(space.count(node, axis)) != 0;
                  case Op _ -> false;
                });
    for (Node input : node.inputs()) {
      level = Math.max(level, levels.get(input) + (reduces ? 1 : 0));
      along |= !reduces && wide.get(input);
    }
    levels.put(node, level);
    wide.put(node, along);
  }

  private boolean isReduce(Node node) {
    return node.op() instanceof Op.Reduce && space.core(node) == node;
  }

  private boolean isOutput(Node core) {
    return body.outputs().stream().anyMatch(output -> space.core(output) == core);
  }

  private boolean isWideOutput(Node output) {
    return view.colStride(space.strides(output)) != 0;
  }

  /** Reductions, and what other stages or the sweep need of row values computed from them. */
  private void findRowValues() {
    for (Node node : body.nodes()) {
      if (space.core(node) != node || wide.get(node) || levels.get(node) == 0) {
        continue;
      }
      if (isReduce(node) || isOutput(node) || usedElsewhere(node)) {
        rowValues.put(node, rowValue(node));
      }
    }
  }

  private boolean usedElsewhere(Node node) {
    for (Node user : body.nodes()) {
      boolean uses =
          space.core(user) == user
              && user.inputs().stream().anyMatch(input -> space.core(input) == node);
      if (uses && (wide.get(user) || !levels.get(user).equals(levels.get(node)))) {
        return true;
      }
    }
    return false;
  }

  private Operand rowValue(Node node) {
    var source = new Scratch(scratch);
    scratch += Part.ceil(blockRows, 16) * 16;
    boolean ints = Lane.of(node.type().dtype()).inInts();
    return new Operand(source, ints, view.frameStrides(space.dims().length, 1, 0));
  }

  private Stage stage(int p) {
    var stepStores = new ArrayList<MapPart.Target>();
    var sweepStores = new ArrayList<MapPart.Target>();
    var sums = new ArrayList<Sum>();
    rowValues.forEach((node, operand) -> {
      if (levels.get(node) == p && !isReduce(node)) {
        stepStores.add(new MapPart.Target(node, operand));
      }
    });
    for (Node node : body.nodes()) {
      if (isReduce(node) && levels.get(node) == p + 1) {
        var kind = ((Op.Reduce) node.op()).kind();
        sums.add(new Sum(kind, node.input(0), rowValues.get(node)));
      }
    }
    for (int i : outputs) {
      Node output = body.outputs().get(i);
      if (levels.get(output) == p) {
        var target = new MapPart.Target(output, LoopKernel.output(body, space, i));
        (isWideOutput(output) ? sweepStores : stepStores).add(target);
      }
    }
    return new Stage(
        stepStores,
        node -> leaf(node, p, levels.get(node) < p || isReduce(node)),
        sweepStores,
        sums,
        node -> leaf(node, p, true));
  }

  private Optional<Operand> leaf(Node node, int stage, boolean rowValuesReady) {
    if (rowValuesReady && rowValues.containsKey(node)) {
      return Optional.of(rowValues.get(node));
    }
    if (keptSince.getOrDefault(node, stage) < stage) {
      return Optional.of(kept.get(node));
    }
    return bound.apply(node);
  }

  /** Keeps what sweep p computes at some cost and a later one needs again. */
  private void keepExpensive(int p) {
    Set<Node> now = computed(p);
    for (int q = p + 1; q < stages.size(); q++) {
      for (Node node : computed(q)) {
        if (now.contains(node) && isExpensive(node) && wide.get(node) && !kept.containsKey(node)) {
          keep(node, p);
        }
      }
    }
  }

  private void keep(Node node, int p) {
    Stage stage = stages.get(p);
    Optional<Operand> stored =
        stage.sweepStores().stream()
            .filter(target -> space.core(target.node()) == node)
            .map(MapPart.Target::to)
            .findFirst();
    if (stored.isEmpty()) {
      int stride = Part.ceil(view.cols(), 16) * 16;
      boolean ints = Lane.of(node.type().dtype()).inInts();
      int[] strides = view.frameStrides(space.dims().length, stride, 1);
      var operand = new Operand(new Scratch(scratch), ints, strides);
      scratch += blockRows * stride;
      stage.sweepStores().add(new MapPart.Target(node, operand));
      stored = Optional.of(operand);
    }
    kept.put(node, stored.get());
    keptSince.put(node, p);
  }

  private static boolean isExpensive(Node node) {
    return switch (node.op()) {
      case Op.Random _ -> true;
      case Op.Unary(var kind) ->
          switch (kind) {
            case EXP, LOG, SIN, COS, TANH, SIGMOID, ERF -> true;
            case NEG, ABS, SQRT, RSQRT, RELU, NOT -> false;
          };
      case Op _ -> false;
    };
  }

  /** What the sweep of stage p computes. */
  private Set<Node> computed(int p) {
    Set<Node> nodes = Collections.newSetFromMap(new IdentityHashMap<>());
    Stage stage = stages.get(p);
    stage.sweepStores().forEach(target -> visit(target.node(), stage, nodes));
    stage.sums().forEach(sum -> visit(sum.operand(), stage, nodes));
    return nodes;
  }

  private void visit(Node node, Stage stage, Set<Node> nodes) {
    Node core = space.core(node);
    if (stage.sweepLeaves().apply(core).isEmpty() && nodes.add(core)) {
      core.inputs().forEach(input -> visit(input, stage, nodes));
    }
  }
}
