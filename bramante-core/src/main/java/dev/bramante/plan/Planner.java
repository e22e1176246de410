package dev.bramante.plan;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a plan of a graph: concatenated pieces are computed where they will lie, variables are
 * updated in place, elementwise kernels overwrite an operand that dies, and the rest share the
 * arena.
 */
public final class Planner {
  private final Graph graph;
  private final Places places;
  private final Set<Node> stable;
  private final Map<Storage, Arena> arenas = new IdentityHashMap<>();
  private final List<Place[]> moves = new ArrayList<>();

  private Planner(Graph graph) {
    this.graph = graph;
    this.places = new Places(graph);
    this.stable = graph.stable();
  }

  /**
   * The plan of a graph.
   *
   * @throws ArithmeticException if the arena would exceed what an array can hold
   */
  public static Plan plan(Graph graph) {
    return new Planner(graph).plan();
  }

  private Plan plan() {
    List<Node> nodes = graph.nodes();
    Prologue.setLifetimes(graph, places, stable);
    var copies = new IdentityHashMap<Node, List<Place[]>>();
    for (Node node : nodes) {
      if (node.op() instanceof Op.Concat(var axis)) {
        copies.put(node, placePieces(node, axis));
      }
    }
    List<Graph.Assign> pending = graph.assigns().stream().filter(a -> !placeInVariable(a)).toList();
    List<Place> outputs = graph.outputs().stream().map(this::saved).toList();
    moveIntoVariables(pending);
    for (int i = 0; i < nodes.size(); i++) {
      overwriteOperands(nodes.get(i), i);
    }
    return assemble(copies, outputs);
  }

  /** Places the operands of a concat within its result where that is one run for each. */
  private List<Place[]> placePieces(Node concat, int axis) {
    Place whole = places.of(concat);
    var copies = new ArrayList<Place[]>();
    boolean runs = concat.type().shape().size(0, axis) == 1;
    int stride = concat.type().shape().size(axis + 1, concat.type().shape().rank());
    int offset = 0;
    for (Node piece : concat.inputs()) {
      if (!runs) {
        return List.of();
      }
      Place place = places.of(piece);
      Storage storage = place.storage();
      Place target = whole.at(offset * stride, piece.type());
      boolean movable =
          storage.isArena()
              && !storage.isPlaced()
              && place.isWhole()
              && storage != whole.storage()
              && !inputStorages().contains(storage)
              && stable.contains(piece) == stable.contains(concat);
      if (movable) {
        storage.place(whole.storage(), target.offset());
      } else {
        copies.add(new Place[] {place, target});
      }
      offset += piece.type().shape().dim(axis);
    }
    return copies;
  }

  private Set<Storage> inputStorages() {
    Set<Storage> storages = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node input : graph.inputs()) {
      storages.add(places.of(input).storage());
    }
    return storages;
  }

  /**
   * Lets a value that is assigned be computed in the variable, if nobody reads the old value later.
   */
  private boolean placeInVariable(Graph.Assign assign) {
    Place place = places.of(assign.value());
    Storage storage = place.storage();
    Storage target = places.held(assign.variable());
    boolean whole = place.isWhole() && storage.size == target.size;
    if (!storage.isArena() || storage.isPlaced() || !whole || stable.contains(assign.value())) {
      return false;
    }
    if (inputStorages().contains(storage)
        || graph.outputs().stream().anyMatch(o -> reads(o, target))
        || graph.assigns().stream().anyMatch(it -> it != assign && reads(it.value(), target))) {
      return false;
    }
    for (int i = storage.first; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      boolean readsOld = node.inputs().stream().anyMatch(input -> reads(input, target));
      boolean aligned =
          i == storage.first && places.all(node).contains(place) && readsAligned(node, target);
      if (!Places.isView(node) && readsOld && !aligned) {
        return false;
      }
    }
    storage.place(target, 0);
    return true;
  }

  private boolean reads(Node value, Storage storage) {
    return places.all(value).stream().anyMatch(place -> place.storage().root() == storage);
  }

  /** Whether a kernel reads the storage only at the element that it writes. */
  private boolean readsAligned(Node node, Storage storage) {
    for (int i = 0; i < node.inputs().size(); i++) {
      Node input = node.input(i);
      boolean aligned = InPlace.allows(node, i) && places.of(input).isWhole();
      if (reads(input, storage) && !aligned) {
        return false;
      }
    }
    return true;
  }

  /**
   * Copies the remaining assigned values into their variables at the end; what is itself an old
   * value of a variable goes through the arena, since variables may change places.
   */
  private void moveIntoVariables(List<Graph.Assign> assigns) {
    int end = graph.nodes().size();
    var restores = new ArrayList<Place[]>();
    for (Graph.Assign assign : assigns) {
      Place from = places.of(assign.value());
      Place to = new Place(places.held(assign.variable()), 0, from.type());
      from.storage().use(end);
      if (from.storage().root().memory instanceof Memory.Held) {
        Place through = new Place(places.extra(from.type(), end), 0, from.type());
        moves.add(new Place[] {from, through});
        from = through;
      }
      restores.add(new Place[] {from, to});
    }
    moves.addAll(restores);
  }

  /** The place of a returned value; a variable's old value is saved before it is overwritten. */
  private Place saved(Node output) {
    Place place = places.of(output);
    boolean old =
        place.storage().memory instanceof Memory.Held(var variable)
            && graph.assigned().contains(variable);
    if (!old) {
      return place;
    }
    Place copy = new Place(places.extra(place.type(), graph.nodes().size()), 0, place.type());
    moves.add(new Place[] {place, copy});
    return copy;
  }

  /** Lets results lie where an operand lies that nobody needs any more. */
  private void overwriteOperands(Node node, int at) {
    if (Places.isView(node) || stable.contains(node)) {
      return;
    }
    var taken = new HashSet<Storage>();
    for (Place result : places.all(node)) {
      Storage storage = result.storage();
      for (int i = 0; i < node.inputs().size() && !storage.isPlaced(); i++) {
        Place operand = places.of(node.input(i));
        Storage root = operand.storage().root();
        boolean dies = root.isArena() && root.last == at && root.first < at;
        boolean fits =
            operand.isWhole()
                && operand.storage().rootOffset() == 0
                && operand.storage().size == root.size
                && root.size == storage.size
                && root.memory.equals(storage.memory);
        if (dies && fits && !taken.contains(root) && readsAligned(node, root)) {
          taken.add(root);
          storage.place(root, 0);
        }
      }
    }
  }

  private Arena arena(Memory memory) {
    var roots = new ArrayList<Storage>();
    for (Storage storage : places.computed()) {
      if (!storage.isPlaced() && storage.memory.equals(memory)) {
        roots.add(storage);
      }
    }
    var arena = new Arena(roots);
    roots.forEach(root -> arenas.put(root, arena));
    return arena;
  }

  private Plan assemble(Map<Node, List<Place[]>> copies, List<Place> outputs) {
    var sizes =
        new Plan.Sizes(
            arena(new Memory.Floats()).size(),
            arena(new Memory.Ints()).size(),
            arena(new Memory.KeptFloats()).size(),
            arena(new Memory.KeptInts()).size());
    var prologue = new ArrayList<Step>();
    var steps = new ArrayList<Step>();
    for (Node node : graph.nodes()) {
      List<Step> target = stable.contains(node) ? prologue : steps;
      if (node.op() instanceof Op.Concat(var axis) && node.type().shape().size(0, axis) == 1) {
        copies.get(node).forEach(copy -> target.add(copy(copy)));
      } else if (!Places.isView(node)) {
        var inputs = node.inputs().stream().map(input -> buffer(places.of(input))).toList();
        var results = places.all(node).stream().map(this::buffer).toList();
        target.add(new Step.Compute(node, inputs, results));
      }
    }
    moves.forEach(move -> steps.add(copy(move)));
    return new Plan(
        graph,
        graph.inputs().stream().map(input -> buffer(places.of(input))).toList(),
        prologue,
        steps,
        outputs.stream().map(this::buffer).toList(),
        sizes);
  }

  private Step copy(Place[] fromTo) {
    return new Step.Copy(buffer(fromTo[0]), buffer(fromTo[1]));
  }

  private Buffer buffer(Place place) {
    Storage root = place.storage().root();
    int offset = place.storage().rootOffset() + place.offset();
    Arena arena = arenas.get(root);
    return new Buffer(
        root.memory, arena == null ? offset : offset + arena.offset(root), place.type());
  }
}
