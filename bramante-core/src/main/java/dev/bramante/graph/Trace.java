package dev.bramante.graph;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A graph in the making. Operations on {@link Value}s add nodes to their trace; {@link #graph} ends
 * it.
 *
 * <p>Not safe for use by several threads.
 */
public final class Trace {
  private final Map<Object, String> paths;
  private final Mode mode;
  private final List<Node> inputs = new ArrayList<>();
  private final Map<Variable, Value> bound = new IdentityHashMap<>();
  private final Map<Variable, Value> updated = new IdentityHashMap<>();
  private final Map<Variable, Value> assigned = new IdentityHashMap<>();
  private final List<Variable> assignOrder = new ArrayList<>();
  private final Set<Node> detached = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Set<Node>> sections = new ArrayList<>();
  private Optional<Set<Node>> open = Optional.empty();
  private String path = "";
  private int streams;
  private Value seed;
  private Value step;

  /** A trace for evaluation, without knowledge of layers. */
  public Trace() {
    this(Map.of(), Mode.EVALUATION);
  }

  /**
   * A trace that names layers in nodes and errors.
   *
   * @param paths the path of each layer, by identity (an {@link IdentityHashMap})
   * @param mode whether the layers are traced for training or for evaluation
   */
  public Trace(Map<Object, String> paths, Mode mode) {
    this.paths = paths;
    this.mode = mode;
  }

  /** Whether the model is traced for training rather than for evaluation. */
  public boolean training() {
    return mode == Mode.TRAINING;
  }

  /** An argument of the run. */
  public Value input(String name, Type type) {
    Value value = add(new Op.Input(name, type));
    inputs.add(value.node());
    return value;
  }

  /** What the variable holds at the beginning of the run, or the value bound to it. */
  public Value read(Variable variable) {
    return bound.computeIfAbsent(variable, v -> add(new Op.Read(v)));
  }

  /** Lets {@link #read} give this value for the variable: a slice of a larger one, say. */
  public void bind(Variable variable, Value value) {
    if (!variable.type().equals(value.type())) {
      throw new ShapeException("cannot bind " + variable + " to a value of type " + value.type());
    }
    if (bound.putIfAbsent(variable, value) != null) {
      throw new IllegalStateException(variable + " has been read or bound already");
    }
  }

  /** Sets what the variable will hold after the run. */
  public void assign(Variable variable, Value value) {
    if (!variable.type().equals(value.type())) {
      throw new ShapeException("cannot assign a value of type " + value.type() + " to " + variable);
    }
    if (assigned.put(variable, value) == null) {
      assignOrder.add(variable);
    }
  }

  /**
   * Says what a variable should hold after the run, and leaves the assignment to whoever asks for
   * {@link #updated}: in training, the variable may be part of a larger one.
   */
  public void update(Variable variable, Value value) {
    if (!variable.type().equals(value.type())) {
      throw new ShapeException("cannot update " + variable + " by a value of type " + value.type());
    }
    updated.put(variable, value);
  }

  /** The latest {@link #update} of a variable, if there was one. */
  public Optional<Value> updated(Variable variable) {
    return Optional.ofNullable(updated.get(variable));
  }

  /** A fixed value. */
  public Value constant(Tensor tensor) {
    return add(new Op.Constant(tensor));
  }

  /** A fixed F32 scalar. */
  public Value constant(float value) {
    return constant(Tensor.scalar(value));
  }

  /** The position along an axis, as I32. */
  public Value iota(int axis, int... dims) {
    return add(new Op.Iota(Shape.of(dims), axis));
  }

  /**
   * Fresh uniform numbers in [0, 1): a stream of its own for each call, a function of the trace's
   * {@link #seed} and {@link #step} inputs.
   */
  public Value random(int... dims) {
    return add(new Op.Random(Shape.of(dims), stream()), seed(), step());
  }

  /** A stream of random numbers that nothing else in the trace draws from. */
  int stream() {
    return streams++;
  }

  /** Whether anything in the trace so far draws random numbers. */
  public boolean isRandom() {
    return streams > 0;
  }

  /** The I32 scalar input {@code seed}, which exists from the first call on. */
  public Value seed() {
    if (seed == null) {
      seed = input("seed", new Type(DType.I32, Shape.of()));
    }
    return seed;
  }

  /** The I32 scalar input {@code step}, which exists from the first call on. */
  public Value step() {
    if (step == null) {
      step = input("step", new Type(DType.I32, Shape.of()));
    }
    return step;
  }

  /** Adds an operation. */
  public Value add(Op op, Value... operands) {
    return add(op, Arrays.asList(operands));
  }

  /**
   * Adds an operation.
   *
   * @throws ShapeException if the operands don't fit; it names the layer
   */
  public Value add(Op op, List<Value> operands) {
    var nodes = new ArrayList<Node>(operands.size());
    for (Value operand : operands) {
      if (operand.trace() != this) {
        throw new IllegalArgumentException("a value of another trace is an operand of " + op);
      }
      nodes.add(operand.node());
    }
    Node node = Node.of(op, nodes, path);
    open.ifPresent(section -> section.add(node));
    return new Value(this, node);
  }

  /**
   * Traces a part of a model whose values, but for its result, gradients compute again instead of
   * having them kept. Within another such section it makes no difference.
   */
  public Value recomputed(Supplier<Value> part) {
    if (open.isPresent()) {
      return part.get();
    }
    Set<Node> section = Collections.newSetFromMap(new IdentityHashMap<>());
    open = Optional.of(section);
    try {
      Value result = part.get();
      section.remove(result.node());
      sections.add(section);
      return result;
    } finally {
      open = Optional.empty();
    }
  }

  /** The section that the node belongs to, of those that gradients compute again. */
  public Optional<Set<Node>> section(Node node) {
    return sections.stream().filter(section -> section.contains(node)).findFirst();
  }

  /** Says that what follows belongs to the layer, until another one says so. */
  public void enter(Object layer) {
    path = paths.getOrDefault(layer, path);
  }

  /** Says that what follows belongs to the layer of this path, as {@link #path} gave it. */
  public void enterPath(String layer) {
    path = layer;
  }

  /** The value of a node of this trace: what is found by following the operands of another. */
  public Value value(Node node) {
    return new Value(this, node);
  }

  /** The same value through which no gradient passes. */
  Value detach(Value value) {
    Value barrier = add(new Op.Reshape(value.shape()), value);
    detached.add(barrier.node());
    return barrier;
  }

  /** Whether gradients stop at the node, because {@link Value#detached} made it. */
  public boolean isDetached(Node node) {
    return detached.contains(node);
  }

  /** What the supplier gives; its complaints of shapes and axes are made to name the layer. */
  <T> T named(Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (IllegalArgumentException e) {
      throw ShapeException.in(path, e);
    }
  }

  /** The layer being traced, for error messages; empty at first. */
  public String path() {
    return path;
  }

  /** Ends the trace: what the outputs and the assignments need. */
  public Graph graph(Value... outputs) {
    var assigns = new ArrayList<Graph.Assign>();
    for (Variable variable : assignOrder) {
      assigns.add(new Graph.Assign(variable, assigned.get(variable).node()));
    }
    return Graph.of(inputs, Arrays.stream(outputs).map(Value::node).toList(), assigns);
  }
}
