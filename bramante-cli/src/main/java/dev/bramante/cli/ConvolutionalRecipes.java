package dev.bramante.cli;

import dev.bramante.models.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Recipes of the networks for pictures: what their papers did, with one fall of the learning rate
 * along a cosine instead of several by hand, and smaller batches with a rate that is smaller in
 * proportion. Sizes are for a laptop; {@code --set image=224} and {@code --data} make them the
 * papers'.
 */
final class ConvolutionalRecipes {
  /** Krizhevsky et al. 2012, section 5, and Simonyan and Zisserman 2015, section 3.1. */
  private static final Map<String, String> PLAIN =
      Map.ofEntries(
          Map.entry("batch", "64"),
          Map.entry("epochs", "30"),
          Map.entry("optimizer", "sgd"),
          Map.entry("momentum", "0.9"),
          Map.entry("learning-rate", "0.01"),
          Map.entry("weight-decay", "0.0005"),
          Map.entry("warmup", "50"),
          Map.entry("schedule", "cosine"),
          Map.entry("clip", "5"),
          Map.entry("flip", "true"));

  /** He et al. 2016, section 3.4: a rate of 0.1 for batches of 256. */
  private static final Map<String, String> RESIDUAL =
      Map.ofEntries(
          Map.entry("batch", "32"),
          Map.entry("epochs", "30"),
          Map.entry("optimizer", "sgd"),
          Map.entry("momentum", "0.9"),
          Map.entry("learning-rate", "0.0125"),
          Map.entry("weight-decay", "0.0001"),
          Map.entry("warmup", "100"),
          Map.entry("schedule", "cosine"),
          Map.entry("label-smoothing", "0.1"),
          Map.entry("flip", "true"));

  /** He et al. 2016, section 4.2, in a shorter schedule. */
  private static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("batch", "32"),
          Map.entry("epochs", "40"),
          Map.entry("optimizer", "sgd"),
          Map.entry("nesterov", "true"),
          Map.entry("learning-rate", "0.05"),
          Map.entry("weight-decay", "0.0005"),
          Map.entry("schedule", "one-cycle"),
          Map.entry("label-smoothing", "0.1"),
          Map.entry("flip", "true"),
          Map.entry("shift", "4"));

  private static final String VGG = "vgg";

  private ConvolutionalRecipes() {}

  /** A recipe for each network, and {@code vgg} for one that a laptop can train. */
  static List<Recipe> all() {
    var recipes = new ArrayList<Recipe>();
    for (var model : Models.all()) {
      String name = model.name();
      if (name.equals("alexnet")) {
        recipes.add(recipe(name, name, "64", PLAIN));
      } else if (name.startsWith(VGG)) {
        recipes.add(recipe(name, name, "32", PLAIN));
      } else if (name.matches("(resnet|plain)\\d+")
          && model.defaults().text(Recipe.IMAGE).equals("32")) {
        recipes.add(recipe(name, name, "32", SMALL));
      } else if (name.startsWith("resne")) {
        recipes.add(recipe(name, name, "64", RESIDUAL));
      }
    }
    recipes.add(recipe(VGG, "vgg11_bn", "32", PLAIN));
    return List.copyOf(recipes);
  }

  private static Recipe recipe(
      String name, String model, String image, Map<String, String> training) {
    return new Recipe(name, model, Map.of(Recipe.IMAGE, image), training, PictureData.CLIPART);
  }
}
