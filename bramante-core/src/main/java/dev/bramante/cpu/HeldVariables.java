package dev.bramante.cpu;

import dev.bramante.backend.VariableSource;
import dev.bramante.cpu.gemm.Slab;
import dev.bramante.graph.Variable;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The variables of one executable. Those that its steps need are there from its first run on.
 * Others are only read before the first step, to be packed or computed with; of these, whatever has
 * a source is there for as long as that takes, and in memory that something else has afterwards.
 */
final class HeldVariables {
  private static final float[] NO_FLOATS = {};
  private static final int[] NO_INTS = {};

  private final CpuVariables all;
  private final Map<Variable, Slab> slabs = new LinkedHashMap<>();
  private final Map<Variable, Slab> places = new HashMap<>();
  private final Set<Variable> early = new LinkedHashSet<>();
  private final Set<Variable> longer = new HashSet<>();
  private final Map<Variable, VariableSource> staged = new HashMap<>();
  private final Set<Variable> loaded = new HashSet<>();

  HeldVariables(CpuVariables all, Collection<Variable> variables) {
    this.all = all;
    for (Variable variable : variables) {
      slabs.put(variable, Transfer.slab(variable.type()));
      places.put(variable, all.slab(variable));
    }
  }

  /** Where kernels find a variable. */
  Slab slab(Variable variable) {
    return slabs.get(variable);
  }

  /** All of them. */
  Set<Variable> variables() {
    return slabs.keySet();
  }

  /** Those that will have arrays of their own. */
  private Collection<Variable> lasting() {
    return slabs.keySet().stream()
        .filter(variable -> !early.contains(variable) || all.source(variable).isEmpty())
        .toList();
  }

  /**
   * Says which are only read before the first step.
   *
   * @param several those of them that are read in several turns; all others come one at a time
   */
  void setEarly(Collection<Variable> variables, Set<Variable> several) {
    early.addAll(variables);
    longer.addAll(several);
    early.forEach(this::leave);
  }

  private void leave(Variable variable) {
    Slab slab = slabs.get(variable);
    slab.put(Transfer.isInts(variable.type()) ? NO_INTS : NO_FLOATS, 0);
  }

  /** Makes sure that what steps need is there; gives whether anything has moved. */
  boolean enter() {
    boolean moved = false;
    for (var entry : slabs.entrySet()) {
      if (!early.contains(entry.getKey())) {
        moved |= settle(entry.getKey(), entry.getValue());
      }
    }
    return moved;
  }

  private boolean settle(Variable variable, Slab slab) {
    Slab place = places.get(variable);
    all.settle(variable, place);
    Object array = place.array();
    boolean moves = !slab.isAt(array, 0);
    if (moves) {
      slab.put(array, 0);
    }
    return moves;
  }

  /**
   * Prepares the reading of what is needed early: what has no source stays, the rest gets places.
   *
   * @param free an array that is at hand
   * @param from where its free part begins
   * @param to where that ends
   */
  void stage(float[] free, int from, int to) {
    staged.clear();
    loaded.clear();
    for (Variable variable : early) {
      all.source(variable)
          .ifPresentOrElse(
              source -> staged.put(variable, source), () -> settle(variable, slabs.get(variable)));
    }
    Room room = Room.of(staged.keySet(), this);
    boolean fits = room.floats() <= to - from;
    float[] array = fits ? free : new float[Math.toIntExact(room.floats())];
    int first = fits ? from : 0;
    int next = Math.toIntExact(first + room.shared());
    for (Variable variable : early) {
      if (staged.containsKey(variable)) {
        Slab slab = slabs.get(variable);
        slab.put(array, longer.contains(variable) ? next : first);
        next += longer.contains(variable) ? rounded(slab) : 0;
      }
    }
  }

  /** Reads those that are needed now and not there yet. */
  void load(Collection<Variable> wanted) {
    for (Variable variable : wanted) {
      VariableSource source = staged.get(variable);
      if (source != null && loaded.add(variable)) {
        Slab slab = slabs.get(variable);
        source.read(slab.floats(), slab.base());
      }
    }
  }

  /** Gives back where variables were that are not needed any more. */
  void unstage() {
    staged.keySet().forEach(this::leave);
    staged.clear();
  }

  private static int rounded(Slab slab) {
    return (int) CpuMemory.rounded(slab);
  }

  /**
   * What variables with sources need before the first step, in floats.
   *
   * @param shared by all that come one at a time
   * @param apart of those that are there beside others
   */
  private record Room(long shared, long apart) {
    static Room of(Collection<Variable> variables, HeldVariables held) {
      long shared = 0;
      long apart = 0;
      for (Variable variable : variables) {
        int size = rounded(held.slab(variable));
        if (held.longer.contains(variable)) {
          apart += size;
        } else {
          shared = Math.max(shared, size);
        }
      }
      return new Room(shared, apart);
    }

    long floats() {
      return shared + apart;
    }
  }

  /**
   * The bytes that those with sources need before the first step, beside what is at hand.
   *
   * @param free floats that are at hand
   */
  long stagingBytes(int free) {
    var passing = early.stream().filter(variable -> all.source(variable).isPresent()).toList();
    long floats = Room.of(passing, this).floats();
    return floats <= free ? 0 : Float.BYTES * floats;
  }

  /** The bytes of those that have arrays of their own. */
  long bytes() {
    return lasting().stream().mapToLong(CpuVariables::bytes).sum();
  }

  /** The bytes of those that are not there yet, here and where they were promised. */
  long missing() {
    return all.missing(lasting());
  }

  /** Says that they will be there, those that are only read before the first step maybe not. */
  void promise() {
    all.promise(slabs.keySet().stream().filter(variable -> !early.contains(variable)).toList());
    all.promiseUnlessSupplied(early);
  }
}
