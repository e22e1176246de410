package dev.bramante.nn;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A network as a table, a row for each layer that computes something.
 *
 * @param rows in the order of computation
 * @param parameters learnt numbers in all
 */
public record Summary(List<Row> rows, long parameters) {
  /**
   * A layer.
   *
   * @param path where it is in the network
   * @param layer its kind
   * @param output the shape that it gives, its activation included
   * @param parameters learnt numbers of its own
   * @param flops floating-point operations of one forward pass, a multiplication and an addition
   *     counted as two
   * @param bytes the size of its output, which training keeps for the gradients
   */
  public record Row(
      String path, String layer, Shape output, long parameters, long flops, long bytes) {}

  /** Traces the network for evaluation of a batch of the type. */
  public static Summary of(Network network, List<Type> inputs) {
    Parameters parameters = Parameters.of(network);
    var trace = parameters.trace(Mode.EVALUATION);
    Value y = network.forward(inputs.stream().map(type -> trace.input("x", type)).toList());
    return of(parameters, trace.graph(y));
  }

  private static Summary of(Parameters parameters, Graph graph) {
    Map<String, List<Node>> byPath = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      boolean computed = !(node.op() instanceof Op.Input || node.op() instanceof Op.Read);
      if (computed && parameters.layers().containsKey(node.path())) {
        byPath.computeIfAbsent(node.path(), path -> new ArrayList<>()).add(node);
      }
    }
    var rows = new ArrayList<Row>();
    for (var entry : byPath.entrySet()) {
      rows.add(row(parameters, entry.getKey(), entry.getValue()));
    }
    return new Summary(List.copyOf(rows), parameters.count());
  }

  private static Row row(Parameters parameters, String path, List<Node> nodes) {
    Network layer = parameters.layers().get(path);
    Type output = nodes.getLast().type();
    long own = parameters.own(path);
    long flops = nodes.stream().mapToLong(Summary::flops).sum();
    long bytes = (long) output.shape().size() * output.dtype().bytes();
    return new Row(path, layer.getClass().getSimpleName(), output.shape(), own, flops, bytes);
  }

  /** Operations of one node; data that only moves costs none. */
  private static long flops(Node node) {
    long out = node.type().shape().size();
    return switch (node.op()) {
      case Op.MatMul(boolean transposeA, _) ->
          2 * out * node.input(0).type().shape().dim(transposeA ? -2 : -1);
      case Op.Attention(var spec) ->
          (spec.causal() ? 2 : 4) * out * node.input(1).type().shape().dim(1);
      case Op.Conv2d _ -> 2 * out * node.input(1).type().shape().size(0, 3);
      case Op.MaxPool(var window) -> out * window.kernelH() * window.kernelW();
      case Op.AvgPool(var window) -> out * window.kernelH() * window.kernelW();
      case Op.Reduce _, Op.ArgMax _ -> node.input(0).type().shape().size();
      case Op.Unary _, Op.Binary _ -> out;
      default -> 0;
    };
  }

  /** Operations in all. */
  public long flops() {
    return rows.stream().mapToLong(Row::flops).sum();
  }

  /** Bytes of all outputs. */
  public long bytes() {
    return rows.stream().mapToLong(Row::bytes).sum();
  }

  /** The table for people. */
  @Override
  public String toString() {
    int width = rows.stream().mapToInt(row -> row.path().length()).max().orElse(0);
    int kind = rows.stream().mapToInt(row -> row.layer().length()).max().orElse(0);
    int count = Math.max(12, String.format(Locale.ROOT, "%,d", parameters).length());
    String format =
        "%-"
            + Math.max(5, width)
            + "s  %-"
            + Math.max(12, kind)
            + "s %-22s %"
            + count
            + "s %10s %11s%n";
    var text = new StringBuilder();
    text.append(format.formatted("layer", "kind", "output", "parameters", "FLOPs", "activations"));
    for (Row row : rows) {
      text.append(
          format.formatted(
              row.path(),
              row.layer(),
              row.output(),
              String.format(Locale.ROOT, "%,d", row.parameters()),
              scaled(row.flops(), ""),
              scaled(row.bytes(), "B")));
    }
    text.append(
        format.formatted(
            "total",
            "",
            "",
            String.format(Locale.ROOT, "%,d", parameters),
            scaled(flops(), ""),
            scaled(bytes(), "B")));
    return text.toString();
  }

  private static String scaled(long number, String unit) {
    String[] prefixes = {"", "k", "M", "G", "T"};
    double value = number;
    int prefix = 0;
    while (value >= 1000 && prefix < prefixes.length - 1) {
      value /= 1000;
      prefix++;
    }
    String digits = prefix == 0 ? Long.toString(number) : String.format(Locale.ROOT, "%.1f", value);
    return (digits + " " + prefixes[prefix] + unit).strip();
  }
}
