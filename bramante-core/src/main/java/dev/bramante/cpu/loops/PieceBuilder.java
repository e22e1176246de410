package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Operand.Fixed;
import dev.bramante.cpu.loops.Operand.Position;
import dev.bramante.cpu.loops.Piece.Access;
import dev.bramante.cpu.loops.Piece.Fold;
import dev.bramante.cpu.loops.Piece.Form;
import dev.bramante.cpu.loops.Piece.Inst;
import dev.bramante.cpu.loops.Piece.Slot;
import dev.bramante.cpu.loops.Piece.Store;
import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.UnaryKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns nodes into a {@link Piece} and the operands of its slots. First {@link #strides} says what
 * takes part, so that a {@link View} can be chosen; then results are added.
 */
final class PieceBuilder {
  /** Operands of one piece, up to three parameters each of the 255 that a method may have. */
  private static final int MAX_SLOTS = 80;

  /** Accumulators of one piece. */
  private static final int MAX_FOLDS = 16;

  private static final int POWER_OFFSET = MAX_FOLDS * 16;

  /** Scratch elements, of each kind, that areas take at the beginning of each worker's memory. */
  static final int AREA_LENGTH = POWER_OFFSET + 32 + 16;

  private final Form form;
  private final int bits;
  private final Space space;
  private final Function<Node, Optional<Operand>> leaves;
  private final Function<int[], Integer> colStride;
  private final Function<int[], Integer> rowStride;

  private final List<Slot> slots = new ArrayList<>();
  private final List<Operand> operands = new ArrayList<>();
  private final List<Inst> insts = new ArrayList<>();
  private final List<Store> stores = new ArrayList<>();
  private final List<Fold> folds = new ArrayList<>();
  private final Map<Node, Integer> values = new IdentityHashMap<>();
  private final Map<Inst, Integer> known = new HashMap<>();
  private final Map<Node, Integer> leafSlots = new IdentityHashMap<>();
  private final Map<Boolean, Integer> constantSlots = new HashMap<>();
  private final Map<Boolean, Integer> foldAreas = new HashMap<>();
  private final List<Float> floatConstants = new ArrayList<>();
  private final List<Integer> intConstants = new ArrayList<>();
  private final int[] foldCounts = new int[2];

  /**
   * @param leaves what to load instead of computing it
   * @param colStride an operand's stride along the columns, from its strides
   * @param rowStride likewise along the rows
   */
  PieceBuilder(
      Form form,
      int bits,
      Space space,
      Function<Node, Optional<Operand>> leaves,
      Function<int[], Integer> colStride,
      Function<int[], Integer> rowStride) {
    this.form = form;
    this.bits = bits;
    this.space = space;
    this.leaves = leaves;
    this.colStride = colStride;
    this.rowStride = rowStride;
  }

  /** The strides of all that the nodes are computed from. */
  static List<int[]> strides(
      Space space, Function<Node, Optional<Operand>> leaves, List<Node> roots) {
    var strides = new ArrayList<int[]>();
    var seen = new IdentityHashMap<Node, Boolean>();
    roots.forEach(root -> collect(space, leaves, root, seen, strides));
    return strides;
  }

  private static void collect(
      Space space,
      Function<Node, Optional<Operand>> leaves,
      Node node,
      Map<Node, Boolean> seen,
      List<int[]> strides) {
    Node core = space.core(node);
    if (seen.put(core, true) != null) {
      return;
    }
    Optional<Operand> leaf = leaves.apply(core);
    if (leaf.isPresent()) {
      strides.add(leaf.get().strides());
      return;
    }
    switch (core.op()) {
      case Op.Iota(_, var axis) -> strides.add(space.count(core, axis));
      case Op.Random _ -> strides.add(space.strides(core));
      case Op _ -> {}
    }
    core.inputs().forEach(input -> collect(space, leaves, input, seen, strides));
  }

  /** Writes a node's value to an operand. */
  void store(Node node, Operand to) {
    int value = value(node);
    stores.add(new Store(slot(to), value, lane(node)));
  }

  /** Reduces a node's value into an operand. */
  void fold(ReduceKind kind, Node node, Operand to) {
    int value = value(node);
    Lane lane = lane(node);
    int area = -1;
    int at = 0;
    if (form == Form.ROWS) {
      area = foldAreas.computeIfAbsent(lane.inInts(), ints -> addSlot(Access.AREA, area(ints, 0)));
      at = foldCounts[lane.inInts() ? 1 : 0]++;
      if (at >= MAX_FOLDS) {
        throw new IllegalArgumentException(
            "a loop kernel has at most " + MAX_FOLDS + " reductions in one pass");
      }
    }
    folds.add(new Fold(slot(to), value, kind, lane, area, at));
  }

  /** Reduces a node's value, row after row, into an operand that holds what there is so far. */
  void accumulate(ReduceKind kind, Node node, Operand to) {
    int value = value(node);
    Lane lane = lane(node);
    int slot = slot(to);
    int before = add(new Piece.Load(slot, lane));
    BinaryKind binary =
        switch (kind) {
          case SUM -> BinaryKind.ADD;
          case MAX -> BinaryKind.MAX;
        };
    int after = add(new Piece.Binary(binary, before, value, lane, -1));
    stores.add(new Store(slot, after, lane));
  }

  /** The piece, complete. */
  Piece piece() {
    return new Piece(
        form,
        bits,
        List.copyOf(slots),
        List.copyOf(insts),
        List.copyOf(stores),
        List.copyOf(folds));
  }

  /** The operands of the slots. */
  List<Operand> operands() {
    var result = new ArrayList<>(operands);
    constantSlots.forEach((ints, slot) -> result.set(slot, constants(ints)));
    return result;
  }

  private Operand constants(boolean ints) {
    Object array;
    if (ints) {
      array = intConstants.stream().mapToInt(i -> i).toArray();
    } else {
      var floats = new float[floatConstants.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = floatConstants.get(i);
      }
      array = floats;
    }
    return new Operand(new Fixed(array), ints, new int[space.dims().length]);
  }

  private Operand area(boolean ints, int offset) {
    return new Operand(new Operand.Scratch(offset), ints, new int[space.dims().length]);
  }

  private static Lane lane(Node node) {
    return Lane.of(node.type().dtype());
  }

  private int slot(Operand operand) {
    boolean position = operand.source() instanceof Position;
    int stride = colStride.apply(operand.strides());
    if (stride < 0 || stride > 1) {
      throw new IllegalArgumentException("an operand's columns are " + stride + " apart");
    }
    Access access;
    if (position) {
      access = stride == 0 ? Access.INDEX_SPLAT : Access.INDEX;
    } else {
      access = stride == 0 ? Access.SPLAT : Access.VECTOR;
    }
    return addSlot(access, operand);
  }

  private int addSlot(Access access, Operand operand) {
    boolean steps =
        form == Form.COLUMNS && access != Access.AREA && rowStride.apply(operand.strides()) != 0;
    if (slots.size() == MAX_SLOTS) {
      throw new IllegalArgumentException(
          "a loop kernel has at most " + MAX_SLOTS + " operands in one pass");
    }
    slots.add(new Slot(access, operand.ints(), steps));
    operands.add(operand);
    return slots.size() - 1;
  }

  private int add(Inst inst) {
    return known.computeIfAbsent(
        inst,
        i -> {
          insts.add(i);
          return insts.size() - 1;
        });
  }

  private int value(Node node) {
    Node core = space.core(node);
    Integer done = values.get(core);
    if (done == null) {
      done = compute(core);
      values.put(core, done);
    }
    return done;
  }

  private int compute(Node node) {
    Optional<Operand> leaf = leaves.apply(node);
    if (leaf.isPresent()) {
      return load(node, leaf.get());
    }
    return switch (node.op()) {
      case Op.Constant(var tensor) -> constant(tensor.at(0), lane(node));
      case Op.Iota(_, var axis) -> load(node, position(space.count(node, axis)));
      case Op.Random(_, var stream) -> {
        int slot = leafSlot(node, position(space.strides(node)));
        int seed = value(node.input(0));
        int step = value(node.input(1));
        yield add(new Piece.Uniform(slot, seed, step, constant(stream, Lane.INT)));
      }
      case Op.Unary(var kind) -> add(new Piece.Unary(kind, value(node.input(0)), lane(node)));
      case Op.Binary(var kind) when kind == BinaryKind.POW -> power(node);
      case Op.Binary(var kind) ->
          add(
              new Piece.Binary(
                  kind, value(node.input(0)), value(node.input(1)), lane(node.input(0)), -1));
      case Op.Where() ->
          add(
              new Piece.Choose(
                  value(node.input(0)), value(node.input(1)), value(node.input(2)), lane(node)));
      case Op.Cast _ -> {
        Lane from = lane(node.input(0));
        int x = value(node.input(0));
        yield from == lane(node) ? x : add(new Piece.Convert(x, from, lane(node)));
      }
      case Op other ->
          throw new IllegalArgumentException("a loop kernel cannot compute " + other + " here");
    };
  }

  private Operand position(int[] strides) {
    return new Operand(new Position(), true, strides);
  }

  private int leafSlot(Node node, Operand operand) {
    return leafSlots.computeIfAbsent(node, _ -> slot(operand));
  }

  private int load(Node node, Operand operand) {
    return add(new Piece.Load(leafSlot(node, operand), lane(node)));
  }

  private int constant(double value, Lane lane) {
    boolean ints = lane.inInts();
    int slot = constantSlots.computeIfAbsent(ints, i -> addSlot(Access.AREA, area(i, 0)));
    int at = ints ? intConstants.indexOf((int) value) : floatConstants.indexOf((float) value);
    if (at < 0) {
      at = ints ? intConstants.size() : floatConstants.size();
      if (ints) {
        intConstants.add((int) value);
      } else {
        floatConstants.add((float) value);
      }
    }
    return add(new Piece.Constant(slot, at, lane));
  }

  /** Powers of common constant exponents by multiplication, others element by element. */
  private int power(Node node) {
    int x = value(node.input(0));
    Lane lane = lane(node);
    if (space.core(node.input(1)).op() instanceof Op.Constant(var exponent) && lane == Lane.FLOAT) {
      double e = exponent.at(0);
      if (e == 0.5) {
        return add(new Piece.Unary(UnaryKind.SQRT, x, lane));
      }
      if (e == -0.5) {
        return add(new Piece.Unary(UnaryKind.RSQRT, x, lane));
      }
      if (e == Math.rint(e) && e >= 1 && e <= 4) {
        int square = e == 1 ? x : times(x, x);
        return e <= 2 ? square : times(square, e == 3 ? x : square);
      }
    }
    int area = addSlot(Access.AREA, area(false, POWER_OFFSET));
    return add(new Piece.Binary(BinaryKind.POW, x, value(node.input(1)), lane, area));
  }

  private int times(int a, int b) {
    return add(new Piece.Binary(BinaryKind.MUL, a, b, Lane.FLOAT, -1));
  }
}
