package dev.bramante.pretrained;

import dev.bramante.models.Architecture;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.models.VisionTransformer;
import dev.bramante.tensor.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds out by names and shapes which of our networks a file is of. */
public final class ModelGuess {
  private static final String CLASSES = "classes";
  private static final int MOST_PATCHES = 1000;

  private ModelGuess() {}

  /** The network, with the number of classes that the file's last layer has. */
  public static Optional<Model> of(WeightsFile file) {
    for (Architecture architecture : Models.all()) {
      Optional<Model> found = fitted(architecture, file);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** As {@code resnet50 with 1,000 classes}. */
  public static String describe(Model model) {
    return model.config().knows(CLASSES)
        ? "%s with %,d classes".formatted(model.name(), model.config().integer(CLASSES))
        : model.name();
  }

  private static Optional<Model> fitted(Architecture architecture, WeightsFile file) {
    Model usual = Models.create(architecture.name(), Map.of());
    Map<String, String> settings = new HashMap<>(image(usual, file));
    Model model = settings.isEmpty() ? usual : Models.create(architecture.name(), settings);
    if (fits(model, file)) {
      return Optional.of(model);
    }
    Optional<Integer> classes = classes(model, file);
    if (classes.isEmpty()) {
      return Optional.empty();
    }
    settings.put(CLASSES, Integer.toString(classes.get()));
    return Optional.of(Models.create(architecture.name(), settings)).filter(it -> fits(it, file));
  }

  /** The number of classes that the file's last layer has, if it's another. */
  private static Optional<Integer> classes(Model model, WeightsFile file) {
    Head head = Head.of(model);
    if (head.parameters().isEmpty() || !file.names().containsAll(head.parameters().keySet())) {
      return Optional.empty();
    }
    String weight = head.parameters().keySet().iterator().next();
    Shape shape = file.entry(weight).shape();
    return head.fitsButForClasses(weight, shape) && shape.dim(0) > 0
        ? Optional.of(shape.dim(0))
        : Optional.empty();
  }

  /** The size of pictures for which a Vision Transformer's file has positions. */
  private static Map<String, String> image(Model model, WeightsFile file) {
    if (!(model.network() instanceof VisionTransformer)
        || !file.names().contains(PositionGrid.NAME)
        || file.entry(PositionGrid.NAME).shape().rank() != 3) {
      return Map.of();
    }
    int side = PositionGrid.side(file.entry(PositionGrid.NAME).shape());
    int patch = model.config().integer("patch");
    return side < 1 || side > MOST_PATCHES
        ? Map.of()
        : Map.of("image", Integer.toString(side * patch));
  }

  private static boolean fits(Model model, WeightsFile file) {
    return file.compare(model.parameters()).agrees();
  }
}
