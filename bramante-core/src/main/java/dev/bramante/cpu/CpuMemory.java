package dev.bramante.cpu;

import dev.bramante.backend.Footprint;
import dev.bramante.cpu.gemm.Slab;
import dev.bramante.cpu.gemm.Workspace;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.plan.Buffer;
import dev.bramante.plan.Memory;
import dev.bramante.plan.Plan;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The memory of one executable: its part of an arena, what it keeps from run to run, its constants,
 * and the variables that all share. Kernels are made before any of it is there; a run begins with
 * {@link #enter}.
 *
 * <p>What is kept depends on variables alone, and has to be computed again when one changes. It
 * lies behind the intermediates where the arena has room for it, as that of training has for an
 * evaluation between its steps, and in arrays of its own otherwise, or once another executable has
 * overwritten it.
 */
final class CpuMemory {
  /** Up to so many floats are not worth sharing. */
  private static final long SMALL = 1 << 18;

  private final HeldVariables held;
  private final Workspace workspace = new Workspace();
  private final Workspace unpacked = new Workspace();
  private final Slab floats;
  private final Slab ints;
  private final Slab keptInts;
  private final Slab scratch = new Slab(0);
  private final List<Slab> kept = new ArrayList<>();
  private final Map<Tensor, Operand> constants = new IdentityHashMap<>();
  private final List<Binding> bindings = new ArrayList<>();
  private int stagedFrom;
  private boolean apart;
  private boolean shares;

  /** Who wants to know where operands lie. */
  interface Binder {
    void bind(Object[] arrays, int[] offsets);
  }

  private record Binding(List<Operand> operands, Binder binder) {
    void bind() {
      binder.bind(Operand.arrays(operands), Operand.offsets(operands));
    }
  }

  /** For a plan that will be lowered. */
  CpuMemory(Plan plan, CpuVariables variables) {
    this.held = new HeldVariables(variables, variables(plan));
    Plan.Sizes sizes = plan.sizes();
    this.floats = new Slab(Math.addExact(sizes.floats(), Operand.SLACK));
    this.ints = new Slab(Math.addExact(sizes.ints(), Operand.SLACK));
    this.keptInts = Slab.of(new int[sizes.keptInts() + Operand.SLACK]);
    reserve(sizes.keptFloats());
  }

  private static Set<Variable> variables(Plan plan) {
    var variables = new LinkedHashSet<Variable>();
    for (Node node : plan.graph().nodes()) {
      if (node.op() instanceof Op.Read(var variable)) {
        variables.add(variable);
      }
    }
    plan.graph().assigns().forEach(assign -> variables.add(assign.variable()));
    return variables;
  }

  /** Scratch memory for the plan's kernels. */
  Workspace workspace() {
    return workspace;
  }

  Operand operand(Buffer buffer) {
    int at = buffer.offset();
    return switch (buffer.memory()) {
      case Memory.Floats() -> new Operand(floats, at);
      case Memory.Ints() -> new Operand(ints, at);
      case Memory.KeptFloats() -> new Operand(kept.getFirst(), at);
      case Memory.KeptInts() -> new Operand(keptInts, at);
      case Memory.Held(var variable) -> new Operand(held.slab(variable), at);
      case Memory.Fixed(var value) ->
          new Operand(constants.computeIfAbsent(value, CpuMemory::copy).slab(), at);
    };
  }

  private static Operand copy(Tensor value) {
    var type = new Type(value.dtype(), value.shape());
    Slab slab = Transfer.slab(type);
    Transfer.allocate(type, slab);
    var operand = new Operand(slab, 0);
    Transfer.writeAll(value, operand);
    return operand;
  }

  /** Scratch memory for compact weights as floats. */
  Workspace unpacked() {
    return unpacked;
  }

  /** Room for so many floats that depend on what does not change from run to run. */
  Operand reserve(int size) {
    var slab = new Slab(Math.addExact(size, Operand.SLACK));
    kept.add(slab);
    return new Operand(slab, 0);
  }

  /** The first floats of the scratch memory that all kernels use. */
  Operand scratch(int size) {
    workspace.reserve(size + (long) Operand.SLACK);
    return new Operand(scratch, 0);
  }

  /** Tells where operands lie before the first run and whenever that has changed. */
  void bind(List<Operand> operands, Binder binder) {
    bindings.add(new Binding(operands, binder));
  }

  /** What has to be there in all. */
  Footprint footprint() {
    long keptBytes = bytes(kept.getFirst()) + bytes(keptInts);
    return new Footprint(
        bytes(floats) + bytes(ints) + keptBytes,
        workspace.bytes() + unpacked.bytes(),
        kept.stream().skip(1).mapToLong(CpuMemory::bytes).sum(),
        held.stagingBytes(floats.size() - stagedFrom),
        held.bytes());
  }

  private static long bytes(Slab slab) {
    return (long) Float.BYTES * slab.size();
  }

  /** The bytes of variables that are not there yet, of this plan and those that were promised. */
  long missingVariables() {
    return held.missing();
  }

  /** Says that the plan's variables will be made when it first runs. */
  void promiseVariables() {
    held.promise();
  }

  /** Whether it is worth having an arena of its own, so that nothing moves. */
  boolean isSmall() {
    return floats.size() + ints.size() + keptSize() + workspace.reserved() + unpacked.reserved()
        <= SMALL;
  }

  private long keptSize() {
    return kept.stream().mapToLong(CpuMemory::rounded).sum();
  }

  /** A multiple of a cache line and the widest vector. */
  static long rounded(Slab slab) {
    return (slab.size() + 15L) / 16 * 16;
  }

  /**
   * Begins a run in an arena.
   *
   * @param changed whether what is kept has to be computed again anyway
   * @return whether it has to be
   */
  boolean enter(CpuArena arena, boolean changed) {
    boolean same = arena.enter(this);
    boolean moved = held.enter();
    moved |= put(floats, arena.floats(floats.size()), 0);
    moved |= put(ints, arena.ints(ints.size()), 0);
    workspace.use(arena.scratch());
    unpacked.use(arena.unpacked());
    moved |= put(scratch, workspace.floats(), 0);
    boolean lost = shares && (moved || !same);
    if (changed || lost) {
      apart |= !changed;
      moved |= placeKept(arena);
    }
    if (moved) {
      bindings.forEach(Binding::bind);
    }
    return changed || lost;
  }

  /**
   * Says which variables are only read before the first step.
   *
   * @param longer those of them that are needed beside others
   * @param from the first float of the arena that nothing needs meanwhile
   */
  void setEarly(Collection<Variable> variables, Set<Variable> longer, int from) {
    held.setEarly(variables, longer);
    stagedFrom = from;
  }

  /** Begins what precedes the first step of a run, in which variables come one after the other. */
  void stage() {
    held.stage(floats.floats(), floats.base() + stagedFrom, floats.base() + floats.size());
    bindings.forEach(Binding::bind);
  }

  /** Makes sure that variables are there now. */
  void load(Collection<Variable> variables) {
    held.load(variables);
  }

  /** Ends what {@link #stage} has begun. */
  void unstage() {
    held.unstage();
    bindings.forEach(Binding::bind);
  }

  private boolean placeKept(CpuArena arena) {
    long first = rounded(floats);
    boolean small = keptSize() <= SMALL;
    shares = !small && !apart && first + keptSize() <= arena.capacity();
    boolean moved = false;
    for (Slab slab : kept) {
      if (shares) {
        moved |= put(slab, arena.floats(0), (int) first);
        first += rounded(slab);
      } else if (slab.base() != 0 || !slab.isThere()) {
        moved |= put(slab, new float[slab.size()], 0);
      }
    }
    return moved;
  }

  private static boolean put(Slab slab, Object array, int base) {
    boolean moves = !slab.isAt(array, base);
    if (moves) {
      slab.put(array, base);
    }
    return moves;
  }
}
