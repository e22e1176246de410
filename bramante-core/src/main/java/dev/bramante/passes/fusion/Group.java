package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
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
  private boolean merged;

  /** A group of the units, in the order of the graph. */
  Group(List<Node> units, Units graph) {
    members = new ArrayList<>(units);
    members.sort(Comparator.comparingInt(graph::position));
    set.addAll(members);
    Set<Node> read = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node member : members) {
      for (Node source : graph.sources(member)) {
        if (!set.contains(source) && read.add(source)) {
          sources.add(source);
        }
      }
      boolean leaves = graph.isReturned(member);
      if (leaves || !set.containsAll(graph.users(member))) {
        outputs.add(member);
      }
    }
  }

  /** The two as one. */
  static Group merge(Group a, Group b, Units graph) {
    var both = new ArrayList<>(a.members);
    both.addAll(b.members);
    return new Group(both, graph);
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

  /** Bytes read and written. */
  long traffic() {
    long elements = 0;
    for (Node source : sources) {
      elements += source.type().shape().size();
    }
    for (Node output : outputs) {
      elements += output.type().shape().size();
    }
    return 4 * elements;
  }

  /** Whether the group has become part of another. */
  boolean isMerged() {
    return merged;
  }

  void markMerged() {
    merged = true;
  }
}
