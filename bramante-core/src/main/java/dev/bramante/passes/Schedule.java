package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the nodes in an order that needs little memory: first what gives back more than it takes,
 * then what takes nothing, and the rest in the order of first need.
 *
 * <p>In the order of first need the gradients of all weights would come last, since they are wanted
 * together, and what they are made of would be kept until then.
 */
public final class Schedule implements Pass {
  @Override
  public String name() {
    return "schedule";
  }

  @Override
  public Graph apply(Graph graph) {
    return new Order(graph).graph();
  }

  /** A node that computes something, as opposed to a view of what another one has computed. */
  private static final class Unit {
    final Node node;
    final int position;
    final Set<Unit> sources = new LinkedHashSet<>();
    final Set<Unit> readers = new LinkedHashSet<>();
    int missing;
    int unread;
    boolean kept;
    long elements;

    Unit(Node node, int position) {
      this.node = node;
      this.position = position;
    }

    /** Elements that it writes less those that nobody reads afterwards. */
    long growth() {
      long growth = elements;
      for (Unit source : sources) {
        growth -= source.unread == 1 && !source.kept ? source.elements : 0;
      }
      return growth;
    }
  }

  /** The order in the making. */
  private static final class Order {
    private static final Comparator<Unit> ORDER =
        Comparator.comparingLong((Unit unit) -> Math.min(unit.growth(), 1))
            .thenComparingInt(unit -> unit.position);

    private final Graph graph;
    private final Map<Node, Unit> units = new IdentityHashMap<>();
    private final Set<Node> placed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Node> nodes = new ArrayList<>();

    Order(Graph graph) {
      this.graph = graph;
      for (Node node : graph.nodes()) {
        if (isView(node)) {
          Unit source = node.inputs().isEmpty() ? null : units.get(node.input(0));
          if (source != null) {
            units.put(node, source);
          }
        } else {
          connect(node);
        }
      }
      graph.outputs().forEach(this::keep);
      graph.assigns().forEach(assign -> keep(assign.value()));
      for (Node node : graph.nodes()) {
        if (!isView(node)) {
          measure(units.get(node));
        }
      }
    }

    private void connect(Node node) {
      var unit = new Unit(node, units.size());
      for (Node input : node.inputs()) {
        Unit source = units.get(input);
        if (source != null && unit.sources.add(source)) {
          source.readers.add(unit);
        }
      }
      unit.missing = unit.sources.size();
      units.put(node, unit);
    }

    private void keep(Node value) {
      Unit unit = units.get(value);
      if (unit != null) {
        unit.kept = true;
      }
    }

    /** Pieces of a concatenation lie within it, so that computing one takes no more memory. */
    private static void measure(Unit unit) {
      unit.unread = unit.readers.size();
      boolean piece =
          !unit.readers.isEmpty()
              && unit.readers.stream().allMatch(reader -> reader.node.op() instanceof Op.Concat);
      boolean given =
          piece || unit.node.op() instanceof Op.Concat || unit.node.op() instanceof Op.After;
      unit.elements = given ? 0 : elements(unit.node);
    }

    private static long elements(Node node) {
      if (node.op() instanceof Op.Fused(var body)) {
        return body.outputs().stream().mapToLong(Nodes::size).sum();
      }
      return Nodes.size(node);
    }

    private static boolean isView(Node node) {
      return switch (node.op()) {
        case Op.Input _, Op.Read _, Op.Constant _, Op.Reshape _, Op.Part _, Op.Slice _ -> true;
        default -> false;
      };
    }

    Graph graph() {
      graph.inputs().forEach(this::place);
      var ready = new ArrayList<Unit>();
      for (Node node : graph.nodes()) {
        if (!isView(node) && units.get(node).missing == 0) {
          ready.add(units.get(node));
        }
      }
      while (!ready.isEmpty()) {
        Unit next = ready.remove(next(ready));
        place(next.node);
        next.sources.forEach(source -> source.unread--);
        for (Unit reader : next.readers) {
          reader.missing--;
          if (reader.missing == 0) {
            ready.add(reader);
          }
        }
      }
      graph.outputs().forEach(this::place);
      graph.assigns().forEach(assign -> place(assign.value()));
      return new Graph(graph.inputs(), nodes, graph.outputs(), graph.assigns());
    }

    /** The unit that shrinks memory most; if all grow it, the first in the order of need. */
    private static int next(List<Unit> ready) {
      int best = 0;
      for (int i = 1; i < ready.size(); i++) {
        if (ORDER.compare(ready.get(i), ready.get(best)) < 0) {
          best = i;
        }
      }
      return best;
    }

    /** Adds a node after the views that it reads. */
    private void place(Node node) {
      if (placed.add(node)) {
        node.inputs().forEach(this::place);
        nodes.add(node);
      }
    }
  }
}
