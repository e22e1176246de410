package dev.bramante.models;

import dev.bramante.config.Config;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A network made from a configuration. Holds no values. */
public final class Model {
  private final Architecture architecture;
  private final Config config;
  private final Layer network;
  private final Parameters parameters;
  private final Shape input;

  Model(Architecture architecture, Config config) {
    this.architecture = architecture;
    this.config = config;
    this.network = architecture.network().apply(config);
    this.parameters = Parameters.of(network);
    this.input = architecture.input().apply(config);
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
  public Layer network() {
    return network;
  }

  /** Its parameters by name. */
  public Parameters parameters() {
    return parameters;
  }

  /** The shape of one example, images as [H, W, C]. */
  public Shape input() {
    return input;
  }

  /** The type of a batch of examples. */
  public Type batch(int examples) {
    int[] dims = new int[input.rank() + 1];
    dims[0] = examples;
    System.arraycopy(input.dims(), 0, dims, 1, input.rank());
    return new Type(DType.F32, Shape.of(dims));
  }

  /** The shape of the result for one example; for a classifier [classes]. */
  public Shape output() {
    var trace = parameters.trace(Mode.EVALUATION);
    Value y = network.forward(trace.input("x", batch(1)));
    return Shape.of(Arrays.copyOfRange(y.shape().dims(), 1, y.shape().rank()));
  }
}
