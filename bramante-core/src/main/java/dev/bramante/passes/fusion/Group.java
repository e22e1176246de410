package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Units that become one kernel, with what it reads and writes. */
final class Group {
  private final List<Node> members;
  private final Set<Node> set = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Node> sources = new ArrayList<>();
  private final List<Node> outputs = new ArrayList<>();
  private final long traffic;
  private int size;
  private boolean anchored;
  private boolean reduces;
  private boolean ended;
  private boolean merged;

  /** A group of the units. */
  Group(List<Node> units, Units graph) {
    members = inOrder(units, graph);
    set.addAll(members);
    for (Node member : members) {
      if (graph.isReturned(member) || !set.containsAll(graph.users(member))) {
        outputs.add(member);
      }
    }
    traffic = connect(graph);
  }

  private Group(List<Node> units, List<Node> outputs, Units graph) {
    members = inOrder(units, graph);
    set.addAll(members);
    this.outputs.addAll(outputs);
    traffic = connect(graph);
  }

  private static List<Node> inOrder(List<Node> units, Units graph) {
    var sorted = new ArrayList<>(units);
    sorted.sort(Comparator.comparingInt(graph::position));
    return sorted;
  }

  private long connect(Units graph) {
    Set<Node> read = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node member : members) {
      for (Node source : graph.sources(member)) {
        if (!set.contains(source) && read.add(source)) {
          sources.add(source);
        }
      }
      size = Math.max(size, Alignment.reach(member));
      anchored |= graph.role(member) == Role.ANCHOR;
      boolean reduction = member.op() instanceof Op.Reduce && graph.role(member) == Role.MEMBER;
      reduces |= reduction;
      ended |= reduction && !Contract.isRowwise(member);
    }
    return 4 * (elements(sources) + elements(outputs));
  }

  private static long elements(List<Node> nodes) {
    long elements = 0;
    for (Node node : nodes) {
      elements += node.type().shape().size();
    }
    return elements;
  }

  /** Whether nothing that is seen at a glance keeps the two from being one kernel. */
  boolean mayJoin(Group other) {
    boolean alike =
        reduces || other.reduces
            ? Math.max(size, other.size) % Math.min(size, other.size) == 0
            : size == other.size;
    boolean oneEpilogue = !(anchored || other.anchored) || !(reduces || other.reduces);
    return alike && oneEpilogue && !(anchored && other.anchored);
  }

  /** The two as one. */
  static Group merge(Group a, Group b, Units graph) {
    var both = new ArrayList<>(a.members);
    both.addAll(b.members);
    return new Group(both, graph);
  }

  /** The group with copies of other groups' members, and with other outputs. */
  Group with(Set<Node> copies, List<Node> outputs, Units graph) {
    var all = new ArrayList<>(members);
    all.addAll(copies);
    return new Group(all, outputs, graph);
  }

  /** The units, operands before their users. */
  List<Node> members() {
    return members;
  }

  boolean contains(Node unit) {
    return set.contains(unit);
  }

  /** The units outside that members read. */
  List<Node> sources() {
    return sources;
  }

  /** The members that units outside read, or that leave the graph. */
  List<Node> outputs() {
    return outputs;
  }

  /**
   * Whether reductions other than of rows are part of it, so that little can follow in the same
   * kernel.
   */
  boolean isFinal() {
    return ended;
  }

  /** Bytes read and written. */
  long traffic() {
    return traffic;
  }

  /** Whether the group has become part of another. */
  boolean isMerged() {
    return merged;
  }

  void markMerged() {
    merged = true;
  }
}
