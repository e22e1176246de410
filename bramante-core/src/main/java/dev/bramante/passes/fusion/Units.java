package dev.bramante.passes.fusion;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph as units, which are the nodes that compute or hold something, and who reads whom. Views
 * and leaves lie between the units: a reader inside a kernel sees through them to their source.
 */
final class Units {
  private final Map<Node, Integer> positions = new IdentityHashMap<>();
  private final Map<Node, Role> kinds = new IdentityHashMap<>();
  private final Set<Node> materialized = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Node, List<Node>> users = new IdentityHashMap<>();
  private final Map<Node, List<Node>> sources = new IdentityHashMap<>();
  private final Set<Node> returned = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Node> all = new ArrayList<>();

  Units(Graph graph) {
    for (Node node : graph.nodes()) {
      positions.put(node, positions.size());
      kinds.put(node, Role.of(node));
    }
    for (Node node : graph.nodes()) {
      if (readsRaw(node)) {
        node.inputs().forEach(this::materialize);
      }
    }
    graph.outputs().forEach(output -> returned.add(materialize(output)));
    graph.assigns().forEach(assign -> returned.add(materialize(assign.value())));
    for (Node node : graph.nodes()) {
      if (isUnit(node)) {
        connect(node);
      }
    }
  }

  /** Makes a kernel of a repetition or of positions that have to be in memory. */
  private Node materialize(Node node) {
    Node source = throughReshapes(node);
    if (source.op() instanceof Op.Broadcast || source.op() instanceof Op.Iota) {
      materialized.add(source);
    }
    return source;
  }

  private void connect(Node node) {
    all.add(node);
    var read = new ArrayList<Node>();
    for (Node operand : node.inputs()) {
      Node source = readsRaw(node) ? throughReshapes(operand) : source(operand);
      if (isUnit(source) && !read.contains(source)) {
        read.add(source);
        users.computeIfAbsent(source, _ -> new ArrayList<>()).add(node);
      }
    }
    sources.put(node, read);
  }

  /** All units, operands before their users. */
  List<Node> all() {
    return all;
  }

  /** What the node is as a unit or between them. */
  Role role(Node node) {
    return materialized.contains(node) ? Role.MEMBER : kinds.get(node);
  }

  /**
   * What the node is to its readers inside a kernel, who see through views even if those are units.
   */
  Role kind(Node node) {
    return kinds.get(node);
  }

  /** The place in the graph's order. */
  int position(Node node) {
    return positions.get(node);
  }

  /** The units that read the unit. */
  List<Node> users(Node unit) {
    return users.getOrDefault(unit, List.of());
  }

  /** The units that the unit reads. */
  List<Node> sources(Node unit) {
    return sources.get(unit);
  }

  /** Whether the unit's value leaves the graph. */
  boolean isReturned(Node unit) {
    return returned.contains(unit);
  }

  /** Whether a generated kernel may compute the node, alone or as an anchor. */
  boolean isFusable(Node node) {
    return role(node) == Role.MEMBER || role(node) == Role.ANCHOR;
  }

  /**
   * Whether the node takes its operands from memory as they are. The operands of random numbers are
   * seed and step, which are no elements.
   */
  boolean readsRaw(Node node) {
    return role(node) == Role.ANCHOR || role(node) == Role.OPAQUE || node.op() instanceof Op.Random;
  }

  /** Whether a kernel sees through the node to its operand. */
  boolean isView(Node node) {
    return kind(node) == Role.VIEW;
  }

  /** What a view shows. */
  private Node source(Node operand) {
    Node source = operand;
    while (isView(source)) {
      source = source.input(0);
    }
    return source;
  }

  /** What is in memory under another shape. */
  static Node throughReshapes(Node operand) {
    Node source = operand;
    while (source.op() instanceof Op.Reshape) {
      source = source.input(0);
    }
    return source;
  }

  private boolean isUnit(Node node) {
    Role role = role(node);
    return role == Role.MEMBER || role == Role.ANCHOR || role == Role.OPAQUE;
  }
}
