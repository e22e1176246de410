package dev.bramante.cli;

import dev.bramante.config.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code train} does unless told otherwise.
 *
 * @param name what it is called
 * @param model the architecture
 * @param network its settings that differ from the architecture's
 * @param training settings that differ from the trainer's
 * @param source the data
 */
record Recipe(
    String name,
    String model,
    Map<String, String> network,
    Map<String, String> training,
    String source) {
  private static final Map<String, String> COMMON =
      Map.of(
          "batch", "64",
          "epochs", "15",
          "optimizer", "adamw",
          "learning-rate", "0.003",
          "weight-decay", "0.02",
          "schedule", "one-cycle",
          "label-smoothing", "0.05",
          "average", "0.98");

  private static final Map<String, String> IMAGES = with(COMMON, "flip", "true");

  /** He et al. 2015, section 4.2, in a shorter schedule. */
  private static final Map<String, String> SMALL_PICTURES =
      Map.ofEntries(
          Map.entry("batch", "64"),
          Map.entry("epochs", "30"),
          Map.entry("optimizer", "sgd"),
          Map.entry("nesterov", "true"),
          Map.entry("learning-rate", "0.1"),
          Map.entry("weight-decay", "0.0005"),
          Map.entry("schedule", "one-cycle"),
          Map.entry("label-smoothing", "0.1"),
          Map.entry("flip", "true"),
          Map.entry("shift", "4"));

  /** All recipes. */
  static final List<Recipe> ALL =
      List.of(
          new Recipe("mlp", "mlp", Map.of("layers", "784,256,128,10"), COMMON, TrainData.EMBEDDED),
          new Recipe("lenet", "lenet", Map.of(), IMAGES, TrainData.EMBEDDED),
          new Recipe("lenet5", "lenet5", Map.of("image", "28"), IMAGES, TrainData.EMBEDDED),
          new Recipe("resnet20", "resnet20", Map.of(), SMALL_PICTURES, PictureData.CLIPART));

  /**
   * The recipe of a name.
   *
   * @throws IllegalArgumentException if there is none; it names the nearest
   */
  static Recipe find(String name) {
    return ALL.stream()
        .filter(recipe -> recipe.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(Nearest.complaint("recipe", name, names())));
  }

  /** What the recipes are called. */
  static List<String> names() {
    return ALL.stream().map(Recipe::name).toList();
  }

  private static Map<String, String> with(Map<String, String> settings, String key, String value) {
    var more = new LinkedHashMap<>(settings);
    more.put(key, value);
    return Map.copyOf(more);
  }
}
