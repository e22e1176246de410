package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Divides the units of a graph into groups: at first each is its own, then the two whose union
 * saves the most memory traffic become one, as long as any saves something, fits the {@link
 * Contract} and closes no cycle.
 */
final class Grouping {
  /** What a kernel of its own costs, in bytes moved in the same time. */
  private static final long KERNEL = 4096;

  private final Units units;
  private final Order order;
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

  private Grouping(Units units) {
    this.units = units;
    this.order = new Order(units);
  }

  /** The group of each unit that a kernel of ours computes. */
  static Map<Node, Group> of(Units units) {
    var grouping = new Grouping(units);
    for (Node unit : units.all()) {
      if (units.isFusable(unit)) {
        Group group = grouping.order.owner(unit);
        grouping.propose(group, other -> grouping.position(other) < grouping.position(group));
      }
    }
    grouping.merge();
    Map<Node, Group> groups = new IdentityHashMap<>();
    for (Node unit : units.all()) {
      if (units.isFusable(unit)) {
        groups.put(unit, grouping.order.owner(unit));
      }
    }
    return groups;
  }

  private void merge() {
    while (!queue.isEmpty()) {
      Candidate best = queue.poll();
      if (best.a.isMerged() || best.b.isMerged() || !fits(best.union)) {
        continue;
      }
      boolean ordered = order.place(best.a) < order.place(best.b);
      Group earlier = ordered ? best.a : best.b;
      Group later = ordered ? best.b : best.a;
      if (!order.isBetween(earlier, later)) {
        order.merge(earlier, later, best.union);
        best.a.markMerged();
        best.b.markMerged();
        propose(best.union, _ -> true);
      }
    }
  }

  private boolean fits(Group group) {
    return Alignment.of(group.members(), units)
        .flatMap(alignment -> Contract.domain(group, units, alignment))
        .isPresent();
  }

  /** Queues the unions with the groups that the group reads, feeds, or shares an operand with. */
  private void propose(Group group, Predicate<Group> wanted) {
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
      if (group.mayJoin(other) && wanted.test(other)) {
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
    if (units.isFusable(unit)) {
      neighbours.add(order.owner(unit));
    }
  }
}
