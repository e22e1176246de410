package dev.bramante.models;

import dev.bramante.config.Config;
import dev.bramante.nn.Layer;
import dev.bramante.tensor.Shape;
import java.util.function.Function;

/**
 * A network in the registry.
 *
 * @param name what commands and configurations call it
 * @param description one line for people
 * @param defaults its keys and their defaults
 * @param network makes it
 * @param input the shape of one example, images as [H, W, C]
 */
public record Architecture(
    String name,
    String description,
    Config defaults,
    Function<Config, Layer> network,
    Function<Config, Shape> input) {}
