package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Variable;
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

    /** Those that come later without reading what this one computes. */
    final Set<Unit> followers = new LinkedHashSet<>();

    int missing;
    int unread;
    boolean kept;
    long elements;
    long inVariables;

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
    /** So few elements don't count as memory: a scalar that many wait for comes at once. */
    private static final int FEW = 16;

    private static final Comparator<Unit> ORDER =
        Comparator.comparingLong(
                (Unit unit) -> unit.growth() <= FEW ? Math.min(unit.growth(), 0) : 1)
            .thenComparingInt(unit -> unit.position);

    private final Graph graph;
    private final Map<Node, Unit> units = new IdentityHashMap<>();
    private final Set<Node> inVariables = Collections.newSetFromMap(new IdentityHashMap<>());

    /** The variables that views show. */
    private final Map<Node, Variable> shown = new IdentityHashMap<>();

    private final Map<Variable, Set<Unit>> readers = new IdentityHashMap<>();
    private final Set<Node> placed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Node> nodes = new ArrayList<>();

    Order(Graph graph) {
      this.graph = graph;
      for (Node node : graph.nodes()) {
        if (isView(node)) {
          view(node);
        } else {
          connect(node);
        }
      }
      graph.outputs().forEach(this::keep);
      graph.assigns().forEach(assign -> keep(assign.value()));
      Set<Unit> updates = updates();
      graph.assigns().forEach(assign -> afterReaders(assign, updates));
      for (Node node : graph.nodes()) {
        if (!isView(node)) {
          measure(units.get(node));
        }
      }
    }

    private void view(Node node) {
      if (node.op() instanceof Op.Read(var variable)) {
        shown.put(node, variable);
      } else if (!node.inputs().isEmpty()) {
        Node of = node.input(0);
        if (units.containsKey(of)) {
          units.put(node, units.get(of));
        } else if (shown.containsKey(of)) {
          shown.put(node, shown.get(of));
        }
      }
    }

    private void connect(Node node) {
      var unit = new Unit(node, units.size());
      for (Node input : node.inputs()) {
        if (shown.containsKey(input)) {
          readers.computeIfAbsent(shown.get(input), _ -> new LinkedHashSet<>()).add(unit);
        }
        Unit source = units.get(input);
        if (source != null && unit.sources.add(source)) {
          source.readers.add(unit);
        }
      }
      unit.missing = unit.sources.size();
      units.put(node, unit);
    }

    /**
     * Lets what a variable becomes, if nothing needs it but variables, wait for all that read what
     * it was, and lie there: it then takes no memory. Where one update reads what another one
     * changes, neither waits.
     */
    private void afterReaders(Graph.Assign assign, Set<Unit> updates) {
      Unit unit = units.get(assign.value());
      Set<Unit> old = readers.getOrDefault(assign.variable(), Set.of());
      if (!updates.contains(unit) || old.stream().anyMatch(r -> r != unit && updates.contains(r))) {
        return;
      }
      if (inVariables.add(assign.value())) { // of two variables only one can be where it lies
        unit.inVariables += Nodes.size(assign.value());
      }
      for (Unit reader : old) {
        if (reader != unit && reader.followers.add(unit)) {
          unit.missing++;
        }
      }
    }

    /** Units that compute what variables become, and nothing that anybody needs besides. */
    private Set<Unit> updates() {
      Set<Unit> updates = Collections.newSetFromMap(new IdentityHashMap<>());
      for (Graph.Assign assign : graph.assigns()) {
        Unit unit = units.get(assign.value());
        if (unit != null && unit.readers.isEmpty()) {
          updates.add(unit);
        }
      }
      graph.outputs().forEach(output -> updates.remove(units.get(output)));
      return updates;
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
      unit.elements = given ? 0 : elements(unit.node) - unit.inVariables;
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
        release(next.readers, ready);
        release(next.followers, ready);
      }
      graph.outputs().forEach(this::place);
      graph.assigns().forEach(assign -> place(assign.value()));
      return new Graph(graph.inputs(), nodes, graph.outputs(), graph.assigns());
    }

    private static void release(Set<Unit> units, List<Unit> ready) {
      for (Unit unit : units) {
        unit.missing--;
        if (unit.missing == 0) {
          ready.add(unit);
        }
      }
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
