package dev.bramante.models;

import dev.bramante.config.Config;
import dev.bramante.graph.Type;
import dev.bramante.nn.Network;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.function.Function;

/**
 * A network in the registry.
 *
 * @param name what commands and configurations call it
 * @param description one line for people
 * @param defaults its keys and their defaults
 * @param network makes it
 * @param inputs the types of one example's inputs, without the axis of the batch
 */
public record Architecture(
    String name,
    String description,
    Config defaults,
    Function<Config, Network> network,
    Function<Config, List<Type>> inputs) {
  /** One that takes numbers of a shape, images as [H, W, C]. */
  static Architecture of(
      String name,
      String description,
      Config defaults,
      Function<Config, Network> network,
      Function<Config, Shape> input) {
    return new Architecture(
        name,
        description,
        defaults,
        network,
        config -> List.of(new Type(DType.F32, input.apply(config))));
  }
}
