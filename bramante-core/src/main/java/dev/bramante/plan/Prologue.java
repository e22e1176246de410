package dev.bramante.plan;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * When values live that are computed once, before the first step: from then on, but for weights
 * that only convolutions read. These are packed as soon as they are computed ({@link
 * Plan#prologue}), so that steps may overwrite them.
 */
final class Prologue {
  private final Graph graph;
  private final Places places;
  private final Set<Node> stable;
  private final Set<Storage> kept = Collections.newSetFromMap(new IdentityHashMap<>());

  private Prologue(Graph graph, Places places, Set<Node> stable) {
    this.graph = graph;
    this.places = places;
    this.stable = stable;
  }

  /** Sets the lifetimes of stable values and of inputs; the prologue's positions are negative. */
  static void setLifetimes(Graph graph, Places places, Set<Node> stable) {
    var prologue = new Prologue(graph, places, stable);
    prologue.findKept();
    int size = graph.nodes().size();
    for (Node input : graph.inputs()) { // written before the prologue
      places.of(input).storage().use(-size);
    }
    for (Node node : stable) {
      for (Place place : places.all(node)) {
        Storage storage = place.storage();
        if (prologue.kept.contains(storage) || !storage.isArena()) {
          storage.use(-size);
          storage.use(size);
          if (storage.isArena()) {
            storage.memory = Memory.kept(place.type().dtype());
          }
        } else {
          storage.first -= storage.first >= 0 ? size : 0;
          storage.last = storage.first;
        }
      }
    }
    prologue.readInPrologue();
  }

  private void findKept() {
    for (Node node : graph.nodes()) {
      boolean together = node.op() instanceof Op.Concat;
      if (together) {
        keep(node);
      }
      if (together || !(Places.isView(node) || stable.contains(node))) {
        for (int i = 0; i < node.inputs().size(); i++) {
          if (together || !isFilter(node, i)) {
            keep(node.input(i));
          }
        }
      }
    }
    graph.outputs().forEach(this::keep);
    graph.assigns().forEach(assign -> keep(assign.value()));
  }

  private void keep(Node node) {
    places.all(node).forEach(place -> kept.add(place.storage()));
  }

  /** What is not kept lives until its last reader in the prologue. */
  private void readInPrologue() {
    List<Node> nodes = graph.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      if (stable.contains(nodes.get(i))) {
        for (Node input : nodes.get(i).inputs()) {
          for (Place place : places.all(input)) {
            if (!kept.contains(place.storage())) {
              place.storage().use(i - nodes.size());
            }
          }
        }
      }
    }
  }

  /** Whether the operand is the weight of a convolution, which packs weights that don't change. */
  private static boolean isFilter(Node node, int index) {
    if (node.op() instanceof Op.Conv2d) {
      return index == 1 && node.input(0) != node.input(1);
    }
    if (!(node.op() instanceof Op.Fused(var body))) {
      return false;
    }
    Node input = body.inputs().get(index);
    return body.nodes().stream()
        .filter(inner -> inner.inputs().contains(input))
        .allMatch(inner -> inner.op() instanceof Op.Conv2d && inner.input(0) != input);
  }
}
