package dev.bramante.cli;

import dev.bramante.config.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
  /** The setting of the size of pictures, of networks that leave it open. */
  static final String IMAGE = "image";

  /** The setting of what a network of texts gives. */
  static final String HEAD = "head";

  /** The setting of the size of patches that pictures are cut into. */
  static final String PATCH = "patch";

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

  /** All recipes. */
  static final List<Recipe> ALL =
      Stream.of(
              own(),
              ConvolutionalRecipes.all().stream(),
              AttentionRecipes.all().stream(),
              TextRecipes.all().stream())
          .flatMap(recipes -> recipes)
          .toList();

  private static Stream<Recipe> own() {
    return Stream.of(
        new Recipe("mlp", "mlp", Map.of("layers", "784,256,128,10"), COMMON, TrainData.EMBEDDED),
        new Recipe("lenet", "lenet", Map.of(), IMAGES, TrainData.EMBEDDED),
        new Recipe("lenet5", "lenet5", Map.of(IMAGE, "28"), IMAGES, TrainData.EMBEDDED));
  }

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

  /**
   * For other data than its own: pictures in the size that the architecture is made for, rather
   * than in one that its own data is worth, unless patches were chosen for that size; texts of a
   * table by their classes.
   */
  Recipe onData(String other) {
    if (other.equals(source)) {
      return this;
    }
    if (network.containsKey(PATCH)) {
      return new Recipe(name, model, network, training, other);
    }
    var rest = new LinkedHashMap<>(network);
    rest.remove(IMAGE);
    if (LabelledData.isTable(other)) {
      rest.computeIfPresent(HEAD, (_, _) -> "classes");
    }
    return new Recipe(name, model, Map.copyOf(rest), training, other);
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
