package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Divides the units of a graph into groups: at first each is its own, then the two whose union
 * saves the most memory traffic become one, as long as any saves something, fits the {@link
 * Contract} and closes no cycle.
 */
final class Grouping {
  /** What a kernel of its own costs, in bytes moved in the same time. */
  private static final long KERNEL = 4096;

  private final Units units;
  private final Map<Node, Group> groups = new IdentityHashMap<>();
  private final PriorityQueue<Candidate> queue =
      new PriorityQueue<>(
          Comparator.comparing(Candidate::last)
              .thenComparing(Comparator.comparingLong(Candidate::gain).reversed())
              .thenComparingInt(Candidate::first)
              .thenComparingInt(Candidate::second));

  /**
   * Two groups that might become one.
   *
   * @param last whether other candidates come first, whatever they save
   */
  private record Candidate(
      Group a, Group b, Group union, boolean last, long gain, int first, int second) {}

  /** For each position the last one of a member of any group that begins there or before. */
  private final int[] reach;

  private Grouping(Units units) {
    this.units = units;
    int end = units.all().isEmpty() ? 0 : units.position(units.all().getLast()) + 1;
    this.reach = IntStream.range(0, end).toArray();
  }

  /** The group of each unit that a kernel of ours computes. */
  static Map<Node, Group> of(Units units) {
    var grouping = new Grouping(units);
    for (Node unit : units.all()) {
      if (units.isFusable(unit)) {
        var group = new Group(List.of(unit), units);
        grouping.groups.put(unit, group);
        grouping.propose(group);
      }
    }
    grouping.merge();
    return grouping.groups;
  }

  private void merge() {
    while (!queue.isEmpty()) {
      Candidate best = queue.poll();
      if (best.a.isMerged() || best.b.isMerged() || !fits(best.union) || hasCycle(best.union)) {
        continue;
      }
      best.a.markMerged();
      best.b.markMerged();
      best.union.members().forEach(member -> groups.put(member, best.union));
      extendReach(best.union);
      propose(best.union);
    }
  }

  private boolean fits(Group group) {
    return Alignment.of(group.members(), units)
        .flatMap(alignment -> Contract.domain(group, units, alignment))
        .isPresent();
  }

  /** Queues the unions with the groups that the group reads, feeds, or shares an operand with. */
  private void propose(Group group) {
    Set<Group> neighbours = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node source : group.sources()) {
      add(neighbours, source);
      if (source.type().shape().size() > 1) {
        units.users(source).forEach(user -> add(neighbours, user));
      }
    }
    for (Node output : group.outputs()) {
      units.users(output).forEach(user -> add(neighbours, user));
    }
    neighbours.remove(group);
    for (Group other : neighbours) {
      if (group.mayJoin(other)) {
        queue.add(candidate(group, other));
      }
    }
  }

  private Candidate candidate(Group a, Group b) {
    if (position(a) > position(b)) {
      return candidate(b, a);
    }
    Group union = Group.merge(a, b, units);
    long gain = a.traffic() + b.traffic() + KERNEL - union.traffic();
    return new Candidate(a, b, union, union.isFinal(), gain, position(a), position(b));
  }

  private int position(Group group) {
    return units.position(group.members().getFirst());
  }

  private void add(Set<Group> neighbours, Node unit) {
    Group group = groups.get(unit);
    if (group != null) {
      neighbours.add(group);
    }
  }

  private void extendReach(Group group) {
    int last = units.position(group.members().getLast());
    for (int i = position(group); i < last && reach[i] < last; i++) {
      reach[i] = last;
    }
  }

  /**
   * A position beyond which nothing leads back to what is at or before the given one: groups lie
   * before or after it, none on both sides.
   */
  private int horizon(int position) {
    int horizon = position;
    while (reach[horizon] > horizon) {
      horizon = reach[horizon];
    }
    return horizon;
  }

  /** Whether a path leaves the union and comes back to it. */
  private boolean hasCycle(Group union) {
    int horizon = horizon(units.position(union.members().getLast()));
    Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    var open = new ArrayDeque<Node>();
    for (Node output : union.outputs()) {
      leave(union, output, open);
    }
    while (!open.isEmpty()) {
      Node unit = open.pop();
      if (!seen.add(unit)) {
        continue;
      }
      Group group = groups.get(unit);
      List<Node> members = group == null ? List.of(unit) : group.members();
      if (units.position(members.getFirst()) > horizon) {
        continue;
      }
      seen.addAll(members);
      for (Node member : members) {
        for (Node user : units.users(member)) {
          if (union.contains(user)) {
            return true;
          }
          open.push(user);
        }
      }
    }
    return false;
  }

  private void leave(Group union, Node output, ArrayDeque<Node> open) {
    for (Node user : units.users(output)) {
      if (!union.contains(user)) {
        open.push(user);
      }
    }
  }
}
