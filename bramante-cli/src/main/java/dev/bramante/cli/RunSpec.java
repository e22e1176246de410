package dev.bramante.cli;

import dev.bramante.config.Config;
import dev.bramante.config.Nearest;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import dev.bramante.train.TrainSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a run trains, on what and how: all that is needed to begin it or to go on with it.
 *
 * @param recipe the recipe's name
 * @param model the architecture's name
 * @param network the architecture's settings
 * @param training the trainer's settings
 * @param source where the data is from
 * @param validation the share of the training data that is held out
 */
record RunSpec(
    String recipe,
    String model,
    Config network,
    Config training,
    String source,
    double validation) {
  private static final String RECIPE = "recipe";
  private static final String SOURCE = "data.source";
  private static final String SHAPE = "data.shape";
  private static final String VALIDATION = "data.validation";
  private static final double HELD_OUT = 0.1;

  /** A recipe as it is. */
  static RunSpec of(Recipe recipe) {
    return new RunSpec(
        recipe.name(),
        recipe.model(),
        Models.find(recipe.model()).defaults().with(recipe.network()),
        TrainSettings.defaults().with(recipe.training()),
        recipe.source(),
        HELD_OUT);
  }

  /**
   * What a checkpoint's strings say.
   *
   * @throws IllegalArgumentException if they don't say it
   */
  static RunSpec from(Map<String, String> strings) {
    var model = Models.from(strings);
    String recipe = strings.getOrDefault(RECIPE, model.name());
    return new RunSpec(
        recipe,
        model.name(),
        model.config(),
        TrainSettings.fromMetadata(strings).config(),
        strings.getOrDefault(SOURCE, TrainData.EMBEDDED),
        validation(strings.getOrDefault(VALIDATION, Double.toString(HELD_OUT))));
  }

  private static double validation(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(VALIDATION + " must be a number, not \"" + text + "\"", e);
    }
  }

  /** Strings for the checkpoint, besides those of the model and the trainer. */
  Map<String, String> about(Shape input) {
    var strings = new LinkedHashMap<String, String>();
    strings.put(RECIPE, recipe);
    strings.put(SOURCE, source);
    strings.put(VALIDATION, Double.toString(validation));
    strings.put(SHAPE, text(input));
    return strings;
  }

  /** The shape of one input that a checkpoint was trained on; the model's where it doesn't say. */
  static Shape input(Map<String, String> strings) {
    String shape = strings.get(SHAPE);
    if (shape == null) {
      return Models.from(strings).input();
    }
    try {
      return Shape.of(Stream.of(shape.split(",")).mapToInt(Integer::parseInt).toArray());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(SHAPE + " must be a shape, not \"" + shape + "\"", e);
    }
  }

  /** With data from elsewhere. */
  RunSpec withSource(String other) {
    return new RunSpec(recipe, model, network, training, other, validation);
  }

  /**
   * With a setting of the network or of the training changed.
   *
   * @throws IllegalArgumentException if there is no such key; it names the nearest
   */
  RunSpec with(String key, String value) {
    if (network.knows(key)) {
      return new RunSpec(recipe, model, network.with(key, value), training, source, validation);
    }
    if (training.knows(key)) {
      return new RunSpec(recipe, model, network, training.with(key, value), source, validation);
    }
    List<String> known = new ArrayList<>(network.values().keySet());
    known.addAll(training.values().keySet());
    throw new IllegalArgumentException(Nearest.complaint("key", key, known));
  }

  /** With a setting of the training, also where the network has one of the same name. */
  RunSpec withTraining(String key, String value) {
    return new RunSpec(recipe, model, network, training.with(key, value), source, validation);
  }

  /** With a setting of the network, where it has such a one and nobody asked for another. */
  RunSpec fitted(String key, String value, Set<String> asked) {
    return network.knows(key) && !asked.contains(key) ? with(key, value) : this;
  }

  private static String text(Shape shape) {
    return IntStream.of(shape.dims()).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }
}
