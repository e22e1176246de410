package dev.bramante.models;

import dev.bramante.config.Config;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.nn.Network;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A network made from a configuration. Holds no values. */
public final class Model {
  private final Architecture architecture;
  private final Config config;
  private final Network network;
  private final Parameters parameters;
  private final List<Type> inputs;

  Model(Architecture architecture, Config config) {
    this.architecture = architecture;
    this.config = config;
    this.network = architecture.network().apply(config);
    this.parameters = Parameters.of(network);
    this.inputs = List.copyOf(architecture.inputs().apply(config));
  }

  /** What the registry calls it. */
  public String name() {
    return architecture.name();
  }

  /** Its settings. */
  public Config config() {
    return config;
  }

  /** What {@link Models#from} makes it of again. */
  public Map<String, String> toMetadata() {
    Map<String, String> strings = new LinkedHashMap<>();
    strings.put(Models.MODEL, name());
    config.values().forEach((key, value) -> strings.put(Models.SETTING + key, value));
    return strings;
  }

  /** The network itself. */
  public Network network() {
    return network;
  }

  /** Its parameters by name. */
  public Parameters parameters() {
    return parameters;
  }

  /** The types of one example's inputs, without the axis of the batch. */
  public List<Type> inputs() {
    return inputs;
  }

  /** The shape of one example's first input, images as [H, W, C]. */
  public Shape input() {
    return inputs.getFirst().shape();
  }

  /** The types of a batch of examples. */
  public List<Type> batch(int examples) {
    return inputs.stream().map(type -> batched(type, examples)).toList();
  }

  private static Type batched(Type type, int examples) {
    int[] dims = new int[type.shape().rank() + 1];
    dims[0] = examples;
    System.arraycopy(type.shape().dims(), 0, dims, 1, type.shape().rank());
    return new Type(type.dtype(), Shape.of(dims));
  }

  /** The shape of the result for one example; for a classifier [classes]. */
  public Shape output() {
    var trace = parameters.trace(Mode.EVALUATION);
    Value y = network.forward(batch(1).stream().map(type -> trace.input("x", type)).toList());
    return Shape.of(Arrays.copyOfRange(y.shape().dims(), 1, y.shape().rank()));
  }
}
