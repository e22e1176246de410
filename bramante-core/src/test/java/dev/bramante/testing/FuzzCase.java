package dev.bramante.testing;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.reference.Array;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A random graph with arguments, and how far its outputs may be off when they are computed in
 * single precision. A function of seed and steps; the graph of fewer steps is part of that of more.
 *
 * @param tolerances the largest absolute difference of each output's elements, 0 for integers
 * @param inputs arguments, which single precision holds exactly
 * @param variables what the variables hold
 */
public record FuzzCase(
    long seed,
    int steps,
    Graph graph,
    List<Double> tolerances,
    List<Array> inputs,
    Map<Variable, Array> variables) {
  /** How often an operation that finds no operands is replaced by another. */
  private static final int TRIES = 20;

  /** Values that may be further off tell nothing, and could leave the domain of what follows. */
  private static final double MAX_ERROR = 0.01;

  /** The case of this seed with about as many operations as steps. */
  public static FuzzCase of(long seed, int steps) {
    var graph = new RandomGraph(seed);
    var elementwise = new RandomElementwise(graph);
    var kinds = new ArrayList<Supplier<Optional<FuzzValue>>>();
    // Most of what a network is made of, and of what fusion must get right.
    for (int i = 0; i < 6; i++) {
      kinds.add(elementwise::unary);
      kinds.add(elementwise::binary);
    }
    kinds.addAll(List.of(elementwise::where, elementwise::where, elementwise::cast));
    kinds.addAll(new RandomMovement(graph).all());
    kinds.addAll(new RandomProducts(graph).all());
    graph.add(graph.floats(graph.shape()));
    for (int i = 0; i < steps; i++) {
      step(graph, kinds).ifPresent(graph::add);
    }
    return finished(seed, steps, graph);
  }

  private static Optional<FuzzValue> step(
      RandomGraph graph, List<Supplier<Optional<FuzzValue>>> kinds) {
    for (int i = 0; i < TRIES; i++) {
      Optional<FuzzValue> made = kinds.get(graph.random.nextInt(kinds.size())).get();
      if (made.filter(value -> value.bounds().error() < MAX_ERROR).isPresent()) {
        return made;
      }
    }
    return Optional.empty();
  }

  /** Returns what nothing uses, and the last value; sets a variable to a value of its type. */
  private static FuzzCase finished(long seed, int steps, RandomGraph graph) {
    List<FuzzValue> pool = graph.pool();
    var outputs = new ArrayList<FuzzValue>();
    var tolerances = new ArrayList<Double>();
    for (FuzzValue value : pool) {
      if (value == pool.getLast() || !isUsed(value.value().node(), pool)) {
        outputs.add(value);
        tolerances.add(2 * value.bounds().error());
      }
    }
    graph.variables.keySet().stream()
        .filter(variable -> variable.type().equals(pool.getLast().value().type()))
        .findFirst()
        .ifPresent(variable -> graph.trace.assign(variable, pool.getLast().value()));
    Graph made = graph.trace.graph(outputs.stream().map(FuzzValue::value).toArray(Value[]::new));
    return new FuzzCase(
        seed, steps, made, tolerances, graph.arguments(), Map.copyOf(graph.variables));
  }

  private static boolean isUsed(Node node, List<FuzzValue> pool) {
    return pool.stream().anyMatch(value -> value.value().node().inputs().contains(node));
  }

  /** The same with one output only, and without assignments. */
  public FuzzCase only(int output) {
    Graph one = Graph.of(graph.inputs(), List.of(graph.outputs().get(output)), List.of());
    return new FuzzCase(seed, steps, one, List.of(tolerances.get(output)), inputs, variables);
  }

  /** The arguments as tensors. */
  public Tensor[] tensors() {
    return inputs.stream().map(Array::toTensor).toArray(Tensor[]::new);
  }

  /** What the variables hold, as tensors. */
  public Map<Variable, Tensor> variableTensors() {
    var tensors = new HashMap<Variable, Tensor>();
    variables.forEach((variable, array) -> tensors.put(variable, array.toTensor()));
    return tensors;
  }
}
