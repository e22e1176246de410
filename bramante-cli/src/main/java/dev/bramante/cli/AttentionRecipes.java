package dev.bramante.cli;

import java.util.List;
import java.util.Map;

/** What {@code train} does with pictures and networks of attention unless told otherwise. */
final class AttentionRecipes {
  /** Small enough for a laptop; patches of 4×4 make 49 tokens of an image of Fashion-MNIST. */
  private static final Map<String, String> SMALL =
      Map.of(
          Recipe.IMAGE,
          "32",
          Recipe.PATCH,
          "4",
          "width",
          "64",
          "layers",
          "6",
          "heads",
          "4",
          "mlp",
          "128");

  /** Dosovitskiy et al. 2020, appendix B.1, with a larger rate for a smaller network. */
  private static final Map<String, String> TRAINING =
      Map.ofEntries(
          Map.entry("batch", "64"),
          Map.entry("epochs", "20"),
          Map.entry("optimizer", "adamw"),
          Map.entry("learning-rate", "0.002"),
          Map.entry("weight-decay", "0.05"),
          Map.entry("warmup", "200"),
          Map.entry("schedule", "cosine"),
          Map.entry("clip", "1"),
          Map.entry("label-smoothing", "0.05"),
          Map.entry("average", "0.99"),
          Map.entry("flip", "true"),
          Map.entry("shift", "1"));

  private AttentionRecipes() {}

  /** All of them. */
  static List<Recipe> all() {
    return List.of(new Recipe("vit", "vit", SMALL, TRAINING, TrainData.EMBEDDED));
  }
}
