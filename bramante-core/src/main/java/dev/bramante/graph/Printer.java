package dev.bramante.graph;

import dev.bramante.graph.Op.*;
import dev.bramante.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Graphs as text, one node a line: {@code %3 = matmul(%0, %2) transposeB : F32[8, 25] # fc1}.
 *
 * <p>The text of a graph is the same for graphs of the same structure, so tests compare it.
 */
public final class Printer {
  private Printer() {}

  /** The whole graph. */
  public static String print(Graph graph) {
    return print(graph, "");
  }

  private static String print(Graph graph, String indent) {
    Map<Node, Integer> numbers = numbers(graph);
    var text = new StringBuilder();
    for (Node node : graph.nodes()) {
      text.append(indent).append(line(node, numbers, indent)).append('\n');
    }
    if (!graph.outputs().isEmpty()) {
      text.append(indent).append("return ").append(references(graph.outputs(), numbers));
      text.append('\n');
    }
    for (Graph.Assign assign : graph.assigns()) {
      text.append(indent).append(assign.variable().name()).append(" <- %");
      text.append(numbers.get(assign.value())).append('\n');
    }
    return text.toString();
  }

  /** The node with its operands and users, for error messages. */
  static String neighbourhood(Graph graph, Node node) {
    Map<Node, Integer> numbers = numbers(graph);
    return graph.nodes().stream()
        .filter(n -> n == node || node.inputs().contains(n) || n.inputs().contains(node))
        .map(n -> (n == node ? "> " : "  ") + line(n, numbers, "  "))
        .collect(Collectors.joining("\n"));
  }

  private static Map<Node, Integer> numbers(Graph graph) {
    var numbers = new IdentityHashMap<Node, Integer>();
    for (Node node : graph.nodes()) {
      numbers.put(node, numbers.size());
    }
    return numbers;
  }

  private static String line(Node node, Map<Node, Integer> numbers, String indent) {
    var text = new StringBuilder("%").append(numbers.get(node)).append(" = ");
    text.append(name(node.op())).append('(').append(references(node.inputs(), numbers)).append(')');
    String attributes = attributes(node.op());
    if (!attributes.isEmpty()) {
      text.append(' ').append(attributes);
    }
    text.append(" : ").append(node.type());
    if (!node.path().isEmpty()) {
      text.append("  # ").append(node.path());
    }
    if (node.op() instanceof Fused(var body)) {
      text.append(" {\n").append(print(body, indent + "  ")).append(indent).append('}');
    }
    return text.toString();
  }

  private static String references(List<Node> nodes, Map<Node, Integer> numbers) {
    return nodes.stream()
        .map(n -> numbers.containsKey(n) ? "%" + numbers.get(n) : "%?")
        .collect(Collectors.joining(", "));
  }

  /** The operation's name in lower case, as {@code conv2d} or {@code add}. */
  public static String name(Op op) {
    return switch (op) {
      case Unary(var kind) -> kind.name().toLowerCase(Locale.ROOT);
      case Binary(var kind) -> kind.name().toLowerCase(Locale.ROOT);
      case Reduce(var kind, _) -> "reduce_" + kind.name().toLowerCase(Locale.ROOT);
      case Custom(var definition) -> definition.name();
      case Input _ -> "input";
      case Read _ -> "read";
      case Constant _ -> "constant";
      case Iota _ -> "iota";
      case Random _ -> "random";
      case Where _ -> "where";
      case Cast _ -> "cast";
      case Unpack _ -> "unpack";
      case Broadcast _ -> "broadcast";
      case ArgMax _ -> "argmax";
      case MatMul _ -> "matmul";
      case Conv2d _ -> "conv2d";
      case Conv2dInputGrad _ -> "conv2d_input_grad";
      case Conv2dWeightGrad _ -> "conv2d_weight_grad";
      case MaxPool _ -> "max_pool";
      case MaxPoolGrad _ -> "max_pool_grad";
      case AvgPool _ -> "avg_pool";
      case AvgPoolGrad _ -> "avg_pool_grad";
      case Reshape _ -> "reshape";
      case Transpose _ -> "transpose";
      case Slice _ -> "slice";
      case Concat _ -> "concat";
      case Pad _ -> "pad";
      case Gather _ -> "gather";
      case ScatterAdd _ -> "scatter_add";
      case Attention _ -> "attention";
      case AttentionSums _ -> "attention_sums";
      case AttentionGrad _ -> "attention_grad";
      case Fused _ -> "fused";
      case Part _ -> "part";
      case ReplaceRows _ -> "replace_rows";
      case After _ -> "after";
    };
  }

  private static String attributes(Op op) {
    return switch (op) {
      case Input(var name, _) -> name;
      case Read(var variable) -> variable.name();
      case Constant(var value) -> constant(value);
      case Iota(_, var axis) -> "axis " + axis;
      case Random(_, var stream) -> "stream " + stream;
      case Reduce(_, var axes) -> "axes " + axes;
      case ArgMax(var axis) -> "axis " + axis;
      case MatMul(var a, var b) ->
          (a ? "transposeA" : "") + (a && b ? " " : "") + (b ? "transposeB" : "");
      case Conv2d(var window, var groups) -> window + groups(groups);
      case Conv2dInputGrad(var window, var groups, _) -> window + groups(groups);
      case Conv2dWeightGrad(var window, var groups, _) -> window + groups(groups);
      case MaxPool(var window) -> window.toString();
      case MaxPoolGrad(var window) -> window.toString();
      case AvgPool(var window) -> window.toString();
      case AvgPoolGrad(var window, _) -> window.toString();
      case Transpose(var permutation) -> permutation.toString();
      case Slice(var starts, _) -> "at " + starts;
      case Concat(var axis) -> "axis " + axis;
      case Pad(var before, var after, var value) -> before + " " + after + " of " + value;
      case Attention(var spec) -> spec.toString();
      case AttentionSums(var spec) -> spec.toString();
      case AttentionGrad(var spec, var to) ->
          "to " + to.name().toLowerCase(Locale.ROOT) + " " + spec;
      case Part(var index) -> Integer.toString(index);
      case Unary _, Binary _, Where _, Cast _, Unpack _, Broadcast _, Reshape _, Gather _ -> "";
      case ScatterAdd _, ReplaceRows _, Fused _, After _, Custom _ -> "";
    };
  }

  private static String groups(int groups) {
    return groups == 1 ? "" : " groups " + groups;
  }

  private static String constant(Tensor value) {
    if (value.shape().size() != 1) {
      return "…";
    }
    return value.dtype().isFloating()
        ? Double.toString(value.at(0))
        : Long.toString((long) value.at(0));
  }
}
