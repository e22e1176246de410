package dev.bramante.pretrained;

import dev.bramante.models.Architecture;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds out by names and shapes which of our networks a file is of. */
public final class ModelGuess {
  private static final String CLASSES = "classes";

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
    Model model = Models.create(architecture.name(), Map.of());
    if (fits(model, file)) {
      return Optional.of(model);
    }
    Head head = Head.of(model);
    if (head.parameters().isEmpty() || !file.names().containsAll(head.parameters().keySet())) {
      return Optional.empty();
    }
    String weight = head.parameters().keySet().iterator().next();
    Shape shape = file.entry(weight).shape();
    if (!head.fitsButForClasses(weight, shape) || shape.dim(0) == 0) {
      return Optional.empty();
    }
    Map<String, String> settings = new HashMap<>();
    settings.put(CLASSES, Integer.toString(shape.dim(0)));
    return Optional.of(Models.create(architecture.name(), settings)).filter(it -> fits(it, file));
  }

  private static boolean fits(Model model, WeightsFile file) {
    return file.compare(model.parameters()).agrees();
  }
}
