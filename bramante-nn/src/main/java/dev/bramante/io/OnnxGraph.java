package dev.bramante.io;

import dev.bramante.io.ProtobufReader.ProtobufException;
import dev.bramante.io.ProtobufReader.Wire;
import java.lang.foreign.MemorySegment;
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
   */
  public record Node(String operation, List<String> inputs, List<String> outputs) {}

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
    Optional<OnnxTensor> constant = Optional.empty();
    String operation = "";
    while (in.next()) {
      if (in.is(1, Wire.BYTES)) {
        inputs.add(in.text());
      } else if (in.is(2, Wire.BYTES)) {
        outputs.add(in.text());
      } else if (in.is(4, Wire.BYTES)) {
        operation = in.text();
      } else if (in.is(5, Wire.BYTES) && operation.equals("Constant")) {
        constant = value(in.content());
      }
    }
    if (nodes.size() == MOST_NODES) {
      throw new ProtobufException("the graph has more than " + MOST_NODES + " operations");
    }
    nodes.add(new Node(operation, List.copyOf(inputs), List.copyOf(outputs)));
    if (constant.isPresent() && !outputs.isEmpty()) {
      addConstant(outputs.getFirst(), constant.get());
    }
  }

  /** The tensor of an AttributeProto, if it is one. */
  private static Optional<OnnxTensor> value(MemorySegment message) throws ProtobufException {
    var in = new ProtobufReader(message);
    while (in.next()) {
      if (in.is(5, Wire.BYTES)) {
        return Optional.of(OnnxTensor.of(in.content()));
      }
    }
    return Optional.empty();
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
