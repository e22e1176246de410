package dev.bramante.pretrained;

import dev.bramante.models.Model;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last layer of a classifier, which gives a number for each class.
 *
 * @param name what its parameters' names begin with, without the dot
 * @param classes how many it tells apart
 * @param parameters its parameters by name
 */
public record Head(String name, int classes, Map<String, Parameter> parameters) {
  /**
   * The layer that holds the last learnt parameter, whose first axis counts the classes; nothing if
   * the network is no classifier.
   */
  public static Head of(Model model) {
    boolean classifies =
        model.config().knows("classes")
            && (!model.config().knows("head") || model.config().text("head").equals("classes"));
    return classifies ? of(model.parameters()) : new Head("", 0, Map.of());
  }

  private static Head of(Parameters network) {
    String last = "";
    for (var entry : network.byName().entrySet()) {
      last = entry.getValue().isLearnt() ? entry.getKey() : last;
    }
    String layer = last.substring(0, Math.max(0, last.lastIndexOf('.')));
    Map<String, Parameter> own = new LinkedHashMap<>();
    network
        .byName()
        .forEach((name, parameter) -> {
          if (name.startsWith(layer + ".") && name.indexOf('.', layer.length() + 1) < 0) {
            own.put(name, parameter);
          }
        });
    int classes = own.isEmpty() ? 0 : own.get(last).storedShape().dim(0);
    return new Head(layer, classes, Map.copyOf(own));
  }

  /** Whether a shape would be the parameter's, were the number of classes another. */
  boolean fitsButForClasses(String name, Shape shape) {
    Shape own = parameters.get(name).storedShape();
    return shape.rank() == own.rank()
        && shape.rank() > 0
        && own.with(0, shape.dim(0)).equals(shape);
  }
}
