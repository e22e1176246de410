package dev.bramante.parity;

import dev.bramante.nn.Parameter;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Shape;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which tensor of a reference is which parameter of ours. */
final class NameMatch {
  private NameMatch() {}

  /**
   * The reference's name for each of our parameters: the same, or, where the names follow another
   * scheme, the one at the same place in the order. A fully connected layer may stand for a
   * convolution over the whole image. References have no counters.
   *
   * @throws IllegalArgumentException if numbers or shapes don't fit
   */
  static Map<String, String> match(Map<String, Shape> reference, Parameters parameters) {
    Map<String, Parameter> ours = new LinkedHashMap<>(parameters.byName());
    ours.values().removeIf(Parameter::isCounter);
    boolean same = reference.keySet().equals(ours.keySet());
    if (reference.size() != ours.size()) {
      throw new IllegalArgumentException(
          "the reference has %d tensors, our network %d: %s and %s"
              .formatted(reference.size(), ours.size(), reference.keySet(), ours.keySet()));
    }
    Map<String, String> names = new LinkedHashMap<>();
    Iterator<String> theirs = reference.keySet().iterator();
    for (var entry : ours.entrySet()) {
      String name = same ? entry.getKey() : theirs.next();
      if (!fits(reference.get(name), entry.getValue())) {
        throw new IllegalArgumentException(
            "the reference's %s is %s, our %s is %s"
                .formatted(
                    name, reference.get(name), entry.getKey(), entry.getValue().storedShape()));
      }
      names.put(entry.getKey(), name);
    }
    return names;
  }

  private static boolean fits(Shape theirs, Parameter ours) {
    Shape own = ours.storedShape();
    return theirs.size() == own.size() && theirs.dim(0) == own.dim(0);
  }
}
