package dev.bramante.io;

import dev.bramante.io.ProtobufReader.ProtobufException;
import dev.bramante.io.ProtobufReader.Wire;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an ONNX graph computes, as far as it tells what the weights are: which value is made of
 * which, and the whole numbers among the constants.
 */
public final class OnnxGraph {
  private static final int MOST_NODES = 1_000_000;
  private static final int LONGEST_CONSTANT = 16;

  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, List<Long>> integers = new HashMap<>();

  /**
   * An operation.
   *
   * @param operation what it is, as {@code MatMul}
   * @param inputs the values that it takes
   * @param outputs the values that it gives
   * @param words its attributes that are words
   */
  public record Node(
      String operation, List<String> inputs, List<String> outputs, Map<String, String> words) {}

  /** A part of an operation that isn't a value: the message AttributeProto. */
  private record Attribute(String name, Optional<String> word, Optional<MemorySegment> tensor) {
    static Attribute of(MemorySegment message) throws ProtobufException {
      var in = new ProtobufReader(message);
      String name = "";
      Optional<String> word = Optional.empty();
      Optional<MemorySegment> tensor = Optional.empty();
      while (in.next()) {
        if (in.is(1, Wire.BYTES)) {
          name = in.text();
        } else if (in.is(4, Wire.BYTES)) {
          // Which may be any bytes.
          byte[] bytes = in.content().toArray(ValueLayout.JAVA_BYTE);
          word = Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } else if (in.is(5, Wire.BYTES)) {
          tensor = Optional.of(in.content());
        }
      }
      return new Attribute(name, word, tensor);
    }
  }

  OnnxGraph() {}

  /** The operations in their order. */
  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  /** The numbers of a short constant of whole numbers. */
  public Optional<List<Long>> integers(String value) {
    return Optional.ofNullable(integers.get(value));
  }

  /** Reads the message NodeProto. */
  void add(MemorySegment message) throws ProtobufException {
    var in = new ProtobufReader(message);
    var inputs = new ArrayList<String>();
    var outputs = new ArrayList<String>();
    var attributes = new ArrayList<Attribute>();
    String operation = "";
    while (in.next()) {
      if (in.is(1, Wire.BYTES)) {
        inputs.add(in.text());
      } else if (in.is(2, Wire.BYTES)) {
        outputs.add(in.text());
      } else if (in.is(4, Wire.BYTES)) {
        operation = in.text();
      } else if (in.is(5, Wire.BYTES)) {
        attributes.add(Attribute.of(in.content()));
      }
    }
    if (nodes.size() == MOST_NODES) {
      throw new ProtobufException("the graph has more than " + MOST_NODES + " operations");
    }
    var words = new HashMap<String, String>();
    for (Attribute attribute : attributes) {
      attribute.word().ifPresent(word -> words.put(attribute.name(), word));
      if (operation.equals("Constant") && attribute.tensor().isPresent() && !outputs.isEmpty()) {
        addConstant(outputs.getFirst(), OnnxTensor.of(attribute.tensor().get()));
      }
    }
    nodes.add(new Node(operation, List.copyOf(inputs), List.copyOf(outputs), Map.copyOf(words)));
  }

  /** Remembers a constant, if it is short and of whole numbers. */
  void addConstant(String name, OnnxTensor tensor) throws ProtobufException {
    if (tensor.type() == StorageType.I64 && tensor.shape().size() <= LONGEST_CONSTANT) {
      integers.put(name, tensor.longs());
    }
  }

  /**
   * Names for the weights of products whose sum with a bias {@code X.bias} tells that they are
   * {@code X.weight}; exporters store them transposed and forget their names.
   */
  Map<String, String> productWeights() {
    Map<String, String> products = new HashMap<>();
    for (Node node : nodes) {
      if (node.operation.equals("MatMul") && node.inputs.size() == 2 && !node.outputs.isEmpty()) {
        products.put(node.outputs.getFirst(), node.inputs.get(1));
      }
    }
    Map<String, String> names = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (node.operation.equals("Add") && node.inputs.size() == 2) {
        name(products, node.inputs.get(0), node.inputs.get(1), names);
        name(products, node.inputs.get(1), node.inputs.get(0), names);
      }
    }
    return names;
  }

  private static void name(
      Map<String, String> products, String sum, String bias, Map<String, String> names) {
    String weight = products.get(sum);
    if (weight != null && bias.endsWith(".bias")) {
      names.putIfAbsent(
          weight, bias.substring(0, bias.length() - "bias".length()).concat("weight"));
    }
  }
}
