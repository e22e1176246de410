package dev.bramante.pretrained;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.OnnxFile;
import dev.bramante.io.OnnxGraph;
import dev.bramante.tensor.Shape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The sizes of a BERT in an ONNX file without a configuration: by its weights and its graph. */
final class OnnxEncoder {
  private static final String REMEDY = "put the model's config.json beside it";

  /** What a shape says of a size that follows from the others. */
  private static final long INFERRED = -1;

  private OnnxEncoder() {}

  /** The settings of the registry's bert. */
  static Map<String, String> settings(OnnxFile onnx, WeightsFile weights)
      throws FileFormatException {
    String embeddings = "bert.embeddings.";
    Shape words = shape(weights, embeddings + "word_embeddings.weight");
    Shape positions = shape(weights, embeddings + "position_embeddings.weight");
    int layers =
        (int)
            IntStream.iterate(0, i -> i + 1)
                .takeWhile(i -> weights.names().contains(hidden(i)))
                .count();
    if (layers == 0) {
      throw new FileFormatException(weights.path(), "no layers are found in it", REMEDY);
    }
    int width = words.dim(1);
    var settings = new LinkedHashMap<String, String>();
    settings.put("vocab", Integer.toString(words.dim(0)));
    settings.put("positions", Integer.toString(positions.dim(0)));
    settings.put("length", Integer.toString(positions.dim(0)));
    settings.put("width", Integer.toString(width));
    settings.put("layers", Integer.toString(layers));
    settings.put("mlp", Integer.toString(shape(weights, hidden(0)).dim(0)));
    settings.put("heads", Long.toString(heads(weights, onnx.graph(), width)));
    settings.put("activation", activation(weights, onnx.graph()));
    settings.put("padding", "0");
    return settings;
  }

  /** By the functions that occur; the pooler has a hyperbolic tangent in any case. */
  private static String activation(WeightsFile weights, OnnxGraph graph)
      throws FileFormatException {
    List<String> operations = graph.nodes().stream().map(OnnxGraph.Node::operation).toList();
    for (OnnxGraph.Node node : graph.nodes()) {
      if (node.operation().equals("Gelu")) {
        return node.words().getOrDefault("approximate", "none").equals("tanh")
            ? "gelu-tanh"
            : "gelu";
      }
    }
    if (operations.contains("Erf")) {
      return "gelu";
    }
    if (operations.contains("Relu")) {
      return "relu";
    }
    if (operations.contains("Tanh") && operations.contains("Pow")) {
      return "gelu-tanh";
    }
    throw new FileFormatException(weights.path(), "it doesn't tell its activation", REMEDY);
  }

  private static String hidden(int layer) {
    return "bert.encoder.layer." + layer + ".intermediate.dense.weight";
  }

  private static Shape shape(WeightsFile weights, String name) throws FileFormatException {
    if (!weights.names().contains(name) || weights.entry(name).shape().rank() != 2) {
      throw new FileFormatException(
          weights.path(), "it is no BERT, of which it lacks " + name, "give one");
    }
    return weights.entry(name).shape();
  }

  /** Attention reshapes to texts, positions, heads and their size. */
  private static long heads(WeightsFile weights, OnnxGraph graph, int width)
      throws FileFormatException {
    Map<String, OnnxGraph.Node> makers = new HashMap<>();
    graph.nodes().forEach(node -> node.outputs().forEach(output -> makers.put(output, node)));
    return graph.nodes().stream()
        .filter(node -> node.operation().equals("Reshape") && node.inputs().size() == 2)
        .flatMap(node -> heads(graph, makers, node.inputs().get(1), width).stream())
        .findFirst()
        .orElseThrow(() ->
            new FileFormatException(weights.path(), "it doesn't tell the number of heads", REMEDY));
  }

  private static Optional<Long> heads(
      OnnxGraph graph, Map<String, OnnxGraph.Node> makers, String shape, int width) {
    List<Long> end = graph.integers(shape).orElse(List.of());
    OnnxGraph.Node maker = makers.get(shape);
    if (maker != null && maker.operation().equals("Concat")) {
      end = maker.inputs().stream().map(part -> only(graph, part)).toList();
    }
    if (end.size() != 4 || end.getLast() < 1 || width % end.getLast() != 0) {
      return Optional.empty();
    }
    long heads = width / end.getLast();
    long told = end.get(2);
    return told == heads || told == INFERRED ? Optional.of(heads) : Optional.empty();
  }

  /** The number of a constant of one; 0 for what isn't known. */
  private static long only(OnnxGraph graph, String value) {
    List<Long> numbers = graph.integers(value).orElse(List.of());
    return numbers.size() == 1 ? numbers.getFirst() : 0;
  }
}
