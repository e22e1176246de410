package dev.bramante.passes.fusion;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.UnaryKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets kernels compute again, rather than read, what costs less to compute than to move: a few
 * cheap operations on what is in memory anyway. A mask of dropout is drawn twice and never stored.
 */
final class Recomputation {
  /** Smaller values are in the nearest cache whatever is done. */
  private static final int MIN_ELEMENTS = 256;

  /** An operand of a 32nd of the elements, as a mean of columns is, is read from the cache. */
  private static final int NEGLIGIBLE = 32;

  private static final int MAX_COPIES = 8;

  private final Units units;
  private final Map<Node, Group> homes;
  private final Map<Group, Set<Node>> copies = new IdentityHashMap<>();
  private final Map<Node, Integer> reads = new IdentityHashMap<>();

  /** The anchors of groups whose epilogues have gone to their readers. */
  private final Map<Group, Node> bared = new IdentityHashMap<>();

  private Recomputation(Units units, Map<Node, Group> homes) {
    this.units = units;
    this.homes = homes;
  }

  /** The groups, some with copies of others' members, and the outputs that are still needed. */
  static List<Group> of(Units units, Map<Node, Group> homes) {
    Set<Group> groups = Collections.newSetFromMap(new IdentityHashMap<>());
    var ordered = new ArrayList<Group>();
    for (Node unit : units.all()) {
      Group home = homes.get(unit);
      if (home != null && groups.add(home)) {
        ordered.add(home);
      }
    }
    var recomputation = new Recomputation(units, homes);
    recomputation.count(ordered);
    ordered.forEach(recomputation::bare);
    ordered.forEach(recomputation::copyInto);
    return ordered.stream().map(recomputation::result).toList();
  }

  private void count(List<Group> groups) {
    for (Node unit : units.all()) {
      if (!homes.containsKey(unit)) {
        units.sources(unit).forEach(source -> reads.merge(source, 1, Integer::sum));
      }
    }
    for (Group group : groups) {
      group.sources().forEach(source -> reads.merge(source, 1, Integer::sum));
      copies.put(group, new LinkedHashSet<>());
    }
  }

  /**
   * Leaves an epilogue that reads as much as it writes to the loops that read its result, if these
   * then read no more: the mask of a ReLU that they know from what they read anyway.
   */
  private void bare(Group group) {
    Optional<Node> anchor = group.members().stream().filter(this::isAnchor).findFirst();
    if (anchor.isEmpty() || group.members().size() == 1) {
      return;
    }
    var epilogue = new LinkedHashSet<>(group.members());
    epilogue.remove(anchor.get());
    Node result = group.outputs().getFirst();
    Set<Group> readers = Collections.newSetFromMap(new IdentityHashMap<>());
    units.users(result).forEach(user -> readers.add(homes.get(user)));
    if (!isSeparable(group, epilogue, result, anchor.get(), readers)) {
      return;
    }
    var readsBefore = new IdentityHashMap<>(reads);
    var copiesBefore = new IdentityHashMap<>(copies);
    group.sources().forEach(source -> reads.merge(source, -1, Integer::sum));
    units.sources(anchor.get()).forEach(source -> reads.merge(source, 1, Integer::sum));
    if (readers.stream().allMatch(reader -> takesOver(reader, epilogue, result))) {
      bared.put(group, anchor.get());
    } else {
      reads.clear();
      reads.putAll(readsBefore);
      copies.putAll(copiesBefore);
    }
  }

  /** Whether only loops read the result, and the epilogue reads something large besides. */
  private boolean isSeparable(
      Group group, Set<Node> epilogue, Node result, Node anchor, Set<Group> readers) {
    boolean loops =
        readers.stream().allMatch(r -> r != null && r.members().stream().noneMatch(this::isAnchor));
    boolean own =
        group.members().stream()
            .filter(member -> member != result)
            .allMatch(member -> epilogue.containsAll(units.users(member)));
    boolean large =
        epilogue.stream()
            .flatMap(member -> units.sources(member).stream())
            .anyMatch(s -> !group.contains(s) && size(s) >= size(result) / NEGLIGIBLE);
    return loops
        && own
        && large
        && size(result) >= MIN_ELEMENTS
        && !units.isReturned(result)
        && !units.isReturned(anchor)
        && epilogue.stream().allMatch(Recomputation::isCheap);
  }

  private boolean isAnchor(Node member) {
    return units.role(member) == Role.ANCHOR;
  }

  private boolean takesOver(Group reader, Set<Node> epilogue, Node result) {
    Set<Node> before = outside(reader, copies.get(reader));
    var more = new LinkedHashSet<>(copies.get(reader));
    more.addAll(epilogue);
    if (more.size() > MAX_COPIES || !fits(reader, more)) {
      return false;
    }
    before.forEach(source -> reads.merge(source, -1, Integer::sum));
    outside(reader, more).forEach(source -> reads.merge(source, 1, Integer::sum));
    copies.put(reader, more);
    copyInto(reader);
    Set<Node> after = outside(reader, copies.get(reader));
    return elements(after, size(result)) <= elements(before, size(result));
  }

  private void copyInto(Group group) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Node source : outside(group, copies.get(group))) {
        changed |= copy(group, source);
      }
    }
  }

  /** What the group with copies reads. */
  private Set<Node> outside(Group group, Set<Node> copied) {
    var outside = new LinkedHashSet<Node>();
    var all = new ArrayList<>(group.members());
    all.addAll(copied);
    for (Node member : all) {
      for (Node source : units.sources(member)) {
        if (!group.contains(source) && !copied.contains(source)) {
          outside.add(source);
        }
      }
    }
    return outside;
  }

  private boolean copy(Group group, Node value) {
    Set<Node> before = outside(group, copies.get(group));
    if (!homes.containsKey(value) || size(value) < MIN_ELEMENTS || !before.contains(value)) {
      return false;
    }
    var more = new LinkedHashSet<>(copies.get(group));
    if (!collect(value, value, more) || more.size() > MAX_COPIES) {
      return false;
    }
    boolean dear = !more.stream().allMatch(Recomputation::isCheap);
    Set<Node> after = outside(group, more);
    if (!pays(value, before, after, dear) || !fits(group, more)) {
      return false;
    }
    before.forEach(source -> reads.merge(source, -1, Integer::sum));
    after.forEach(source -> reads.merge(source, 1, Integer::sum));
    copies.put(group, more);
    return true;
  }

  /**
   * Adds the value, and what it is computed from up to what is in memory; false if that is dear.
   */
  private boolean collect(Node root, Node value, Set<Node> collected) {
    boolean inMemory = !homes.containsKey(value) || reads.getOrDefault(value, 0) > 0;
    if (value != root && (inMemory || units.isReturned(value))) {
      return true;
    }
    if (!isCheap(value) && !isModerate(value) || collected.size() > MAX_COPIES) {
      return false;
    }
    collected.add(value);
    return units.sources(value).stream().allMatch(source -> collect(root, source, collected));
  }

  /**
   * Whether less is read, or as much and the value need not be written; if what is computed is
   * dear, both.
   */
  private boolean pays(Node value, Set<Node> before, Set<Node> after, boolean dear) {
    long more = elements(after, size(value)) - elements(before, size(value));
    boolean written =
        units.isReturned(value)
            || units.users(value).stream().anyMatch(user -> !homes.containsKey(user));
    if (dear) {
      return more < 0 && !written && reads.getOrDefault(value, 0) == 1;
    }
    return written ? more < 0 : more <= 0;
  }

  /** The elements of those that are not small beside a size. */
  private static long elements(Set<Node> nodes, int beside) {
    return nodes.stream()
        .mapToLong(Recomputation::size)
        .filter(size -> size >= beside / NEGLIGIBLE)
        .sum();
  }

  private static int size(Node node) {
    int size = node.type().shape().size();
    return size == 1 ? 0 : size;
  }

  private boolean fits(Group group, Set<Node> copied) {
    Group enlarged = group.with(copied, group.outputs(), units);
    return Alignment.of(enlarged.members(), units)
        .flatMap(alignment -> Contract.domain(enlarged, units, alignment))
        .isPresent();
  }

  private Group result(Group group) {
    if (bared.containsKey(group)) {
      return new Group(List.of(bared.get(group)), units);
    }
    List<Node> outputs =
        group.members().stream()
            .filter(m -> units.isReturned(m) || reads.getOrDefault(m, 0) > 0)
            .toList();
    return group.with(copies.get(group), outputs, units);
  }

  /** Whether computing the value takes about as long as reading it. */
  private static boolean isCheap(Node value) {
    return switch (value.op()) {
      case Op.Unary(var kind) -> isCheap(kind);
      case Op.Binary(var kind) -> kind != BinaryKind.DIV && kind != BinaryKind.POW;
      case Op.Where _, Op.Cast _, Op.Random _ -> true;
      default -> false;
    };
  }

  /** Whether computing the value takes about as long as writing and reading it. */
  private static boolean isModerate(Node value) {
    return switch (value.op()) {
      case Op.Unary(var kind) -> kind == UnaryKind.TANH || kind == UnaryKind.ERF;
      case Op.Binary(var kind) -> kind == BinaryKind.DIV;
      default -> false;
    };
  }

  private static boolean isCheap(UnaryKind kind) {
    return switch (kind) {
      case NEG, ABS, RELU, NOT -> true;
      case EXP, LOG, SQRT, RSQRT, SIN, COS, TANH, SIGMOID, ERF -> false;
    };
  }
}
