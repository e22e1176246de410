package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The groups in an order in which they could be computed. It is kept up while groups merge, so that
 * a path from one group to another, which must run through the groups between them, is found soon.
 */
final class Order {
  private final Units units;
  private final Map<Node, Group> owners = new IdentityHashMap<>();
  private final Map<Group, Integer> places = new IdentityHashMap<>();
  private final List<Group> order = new ArrayList<>();

  /** Each unit as a group of its own. */
  Order(Units units) {
    this.units = units;
    for (Node unit : units.all()) {
      var group = new Group(List.of(unit), units);
      owners.put(unit, group);
      places.put(group, order.size());
      order.add(group);
    }
  }

  /** The group that the unit belongs to. */
  Group owner(Node unit) {
    return owners.get(unit);
  }

  /** Where the group stands in the order. */
  int place(Group group) {
    return places.get(group);
  }

  /**
   * Whether what a later group reads depends, through others, on an earlier one. Looked for from
   * the later one back: in a deep network there is either a path soon, or little between the two.
   */
  boolean isBetween(Group earlier, Group later) {
    int first = place(earlier);
    Set<Group> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    var open = new ArrayDeque<Group>();
    for (Group source : sources(later)) {
      if (source != earlier && seen.add(source)) {
        open.push(source);
      }
    }
    while (!open.isEmpty()) {
      Group group = open.pop();
      if (place(group) < first) {
        continue;
      }
      for (Group source : sources(group)) {
        if (source == earlier) {
          return true;
        }
        if (seen.add(source)) {
          open.push(source);
        }
      }
    }
    return false;
  }

  private List<Group> sources(Group group) {
    var groups = new ArrayList<Group>(group.sources().size());
    for (Node source : group.sources()) {
      groups.add(owners.get(source));
    }
    return groups;
  }

  /** Puts the union in the place of two groups between which there is nothing. */
  void merge(Group earlier, Group later, Group union) {
    Set<Group> after = after(earlier, later);
    after.remove(earlier);
    int first = place(earlier);
    int last = place(later);
    var between = new ArrayList<Group>();
    for (Group group : order.subList(first + 1, last)) {
      if (group != null && !after.contains(group)) {
        between.add(group);
      }
    }
    between.add(union);
    for (Group group : order.subList(first + 1, last)) {
      if (group != null && after.contains(group)) {
        between.add(group);
      }
    }
    for (int i = 0; i <= last - first; i++) {
      Group group = i < between.size() ? between.get(i) : null;
      order.set(first + i, group);
      if (group != null) {
        places.put(group, first + i);
      }
    }
    places.remove(earlier);
    places.remove(later);
    union.members().forEach(member -> owners.put(member, union));
  }

  /** The earlier group and those before the later one that depend on it. */
  private Set<Group> after(Group earlier, Group later) {
    Set<Group> after = Collections.newSetFromMap(new IdentityHashMap<>());
    after.add(earlier);
    for (Group group : order.subList(place(earlier) + 1, place(later))) {
      if (group != null && dependsOn(group, after)) {
        after.add(group);
      }
    }
    return after;
  }

  private boolean dependsOn(Group group, Set<Group> others) {
    for (Node source : group.sources()) {
      if (others.contains(owners.get(source))) {
        return true;
      }
    }
    return false;
  }
}
