package dev.bramante.cli;

import java.util.List;
import java.util.Map;

/** What {@code train} does with texts unless told otherwise. */
final class TextRecipes {
  private TextRecipes() {}

  /** All of them. */
  static List<Recipe> all() {
    return List.of(
        new Recipe(
            "gpt",
            "gpt",
            Map.of(
                "vocab",
                "2048",
                "positions",
                "128",
                "length",
                "128",
                "width",
                "256",
                "layers",
                "4",
                "heads",
                "8"),
            Map.of(
                "batch", "16",
                "epochs", "2",
                "learning-rate", "0.001",
                "weight-decay", "0.1",
                "warmup", "100",
                "schedule", "cosine",
                "clip", "1"),
            TrainData.EMBEDDED),
        new Recipe(
            "gpt2",
            "gpt2",
            Map.of("length", "256"),
            Map.of(
                "batch", "4",
                "epochs", "1",
                "learning-rate", "0.00005",
                "weight-decay", "0.01",
                "warmup", "50",
                "schedule", "cosine",
                "clip", "1"),
            TrainData.EMBEDDED),
        new Recipe(
            "bert",
            "bert",
            Map.of(
                "vocab",
                "2048",
                "positions",
                "64",
                "length",
                "64",
                "width",
                "192",
                "layers",
                "4",
                "heads",
                "6",
                "mlp",
                "768",
                "head",
                "words"),
            Map.of(
                "batch", "32",
                "epochs", "4",
                "learning-rate", "0.001",
                "weight-decay", "0.01",
                "warmup", "200",
                "schedule", "cosine",
                "clip", "1"),
            TrainData.EMBEDDED),
        new Recipe(
            "transformer",
            "transformer",
            Map.of(
                "vocab", "4000",
                "width", "128",
                "layers", "3",
                "heads", "4",
                "mlp", "512",
                "dropout", "0.2",
                "length", "64"),
            Map.of(
                "batch", "32",
                "epochs", "12",
                "label-smoothing", "0.1",
                "optimizer", "adam",
                "learning-rate", "1",
                "beta2", "0.98",
                "epsilon", "1e-9",
                "schedule", "noam",
                "warmup", "1000",
                "average", "0.99"),
            TrainData.EMBEDDED));
  }
}
