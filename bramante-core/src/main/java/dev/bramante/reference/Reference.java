package dev.bramante.reference;

import dev.bramante.graph.CustomOp;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op.*;
import dev.bramante.graph.Printer;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates graphs one element at a time in double precision, by plain loops that can be checked by
 * reading. Floating-point intermediates are never rounded to single precision.
 */
public final class Reference {
  private final List<Array> inputs;
  private final Map<Variable, Array> variables;
  private final Map<Node, Array> values = new IdentityHashMap<>();
  private final Map<Node, List<Array>> parts = new IdentityHashMap<>();

  /**
   * What a run yields.
   *
   * @param outputs the graph's outputs, in order
   * @param assigned the new value of each variable that the graph assigns
   */
  public record Result(List<Array> outputs, Map<Variable, Array> assigned) {
    /** Copies the collections. */
    public Result {
      outputs = List.copyOf(outputs);
      assigned = Map.copyOf(assigned);
    }

    /** Output {@code index}. */
    public Array output(int index) {
      return outputs.get(index);
    }
  }

  private Reference(List<Array> inputs, Map<Variable, Array> variables) {
    this.inputs = inputs;
    this.variables = variables;
  }

  /** Runs a graph that reads no variables, with tensors in the order of its inputs. */
  public static Result run(Graph graph, Tensor... inputs) {
    return run(graph, Map.of(), inputs);
  }

  /** Runs a graph on what its variables hold and on tensors in the order of its inputs. */
  public static Result run(Graph graph, Map<Variable, Tensor> variables, Tensor... inputs) {
    var held = new HashMap<Variable, Array>();
    variables.forEach((variable, tensor) -> held.put(variable, Array.of(tensor)));
    return run(graph, Arrays.stream(inputs).map(Array::of).toList(), held);
  }

  /**
   * Runs a graph.
   *
   * @param inputs one for each of the graph's inputs, of its type
   * @param variables what each variable that the graph reads holds
   * @throws IllegalArgumentException if an input or a variable is missing or of another type
   */
  public static Result run(Graph graph, List<Array> inputs, Map<Variable, Array> variables) {
    if (inputs.size() != graph.inputs().size()) {
      throw new IllegalArgumentException(
          "the graph takes " + graph.inputs().size() + " inputs, not " + inputs.size());
    }
    return new Reference(inputs, variables).run(graph);
  }

  private Result run(Graph graph) {
    for (int i = 0; i < inputs.size(); i++) {
      Node input = graph.inputs().get(i);
      values.put(input, checked("input " + i, inputs.get(i), input.type()));
    }
    for (Node node : graph.nodes()) {
      if (!values.containsKey(node)) {
        values.put(node, checked(Printer.name(node.op()), evaluate(node), node.type()));
      }
    }
    var assigned = new HashMap<Variable, Array>();
    for (Graph.Assign assign : graph.assigns()) {
      assigned.put(assign.variable(), values.get(assign.value()));
    }
    return new Result(graph.outputs().stream().map(values::get).toList(), assigned);
  }

  private static Array checked(String what, Array value, Type type) {
    if (!value.type().equals(type)) {
      throw new IllegalArgumentException(what + " is " + type + ", not " + value.type());
    }
    return value;
  }

  private Array evaluate(Node node) {
    List<Array> in = node.inputs().stream().map(values::get).toList();
    Type type = node.type();
    return switch (node.op()) {
      case Input(var name, _) ->
          throw new IllegalArgumentException("input " + name + " is not among the graph's inputs");
      case Read(var variable) -> read(variable);
      case Constant(var tensor) -> Array.of(tensor);
      case Iota(_, var axis) -> Elementwise.iota(type, axis);
      case Random(_, var stream) -> Elementwise.random(type, stream, in.get(0), in.get(1));
      case Unary(var kind) -> Elementwise.unary(kind, in.get(0));
      case Binary(var kind) -> Elementwise.binary(kind, in.get(0), in.get(1), type);
      case Where() -> Elementwise.where(in.get(0), in.get(1), in.get(2));
      case Cast _ -> Elementwise.cast(in.get(0), type);
      case Unpack _ -> Elementwise.unpack(in, type);
      case Broadcast _ -> Movement.broadcast(in.get(0), type);
      case Reduce(var kind, _) -> Products.reduce(kind, in.get(0), type);
      case ArgMax(var axis) -> Products.argMax(in.get(0), axis, type);
      case MatMul(var ta, var tb) -> Products.matMul(in.get(0), ta, in.get(1), tb, type);
      case Conv2d(var window, var groups) ->
          Convolution.forward(window, groups, in.get(0), in.get(1), type);
      case Conv2dInputGrad(var window, var groups, _) ->
          Convolution.inputGrad(window, groups, in.get(0), in.get(1), type);
      case Conv2dWeightGrad(var window, var groups, _) ->
          Convolution.weightGrad(window, groups, in.get(0), in.get(1), type);
      case MaxPool(var window) -> Pooling.max(window, in.get(0), type);
      case MaxPoolGrad(var window) -> Pooling.maxGrad(window, in.get(0), in.get(2));
      case AvgPool(var window) -> Pooling.average(window, in.get(0), type);
      case AvgPoolGrad(var window, _) -> Pooling.averageGrad(window, in.get(0), type);
      case Reshape _ -> new Array(type, in.get(0).values());
      case Transpose(var permutation) -> Movement.transpose(in.get(0), permutation, type);
      case Slice(var starts, _) -> Movement.slice(in.get(0), starts, type);
      case Concat(var axis) -> Movement.concat(in, axis, type);
      case Pad(var before, _, var border) -> Movement.pad(in.get(0), before, border, type);
      case Gather() -> Movement.gather(in.get(0), in.get(1), type);
      case ScatterAdd _ -> Movement.scatterAdd(in.get(0), in.get(1), type);
      case Attention(var spec) -> new Attending(spec, in).result(type);
      case AttentionSums(var spec) -> new Attending(spec, in).sums(type);
      case AttentionGrad(var spec, var to) -> new Attending(spec, in).gradient(to, type);
      case Fused(var body) -> fused(node, body, in);
      case ReplaceRows _ -> Movement.replaceRows(in.get(0), in.get(1), in.get(2));
      case After _ -> in.get(0);
      case Part(var index) -> parts.get(node.input(0)).get(index);
      case Custom(var definition) -> custom(definition, in, type);
    };
  }

  private Array read(Variable variable) {
    Array held = variables.get(variable);
    if (held == null) {
      throw new IllegalArgumentException("no value is given for the variable " + variable);
    }
    return checked(variable.name(), held, variable.type());
  }

  private Array fused(Node node, Graph body, List<Array> in) {
    List<Array> outputs = run(body, in, variables).outputs();
    parts.put(node, outputs);
    return outputs.getFirst();
  }

  private static Array custom(CustomOp definition, List<Array> in, Type type) {
    Tensor result = Tensor.zeros(type.dtype(), type.shape());
    definition.evaluate(in.stream().map(Array::toTensor).toList(), result);
    return Array.of(result);
  }
}
