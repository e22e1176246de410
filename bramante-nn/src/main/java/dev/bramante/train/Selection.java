package dev.bramante.train;

import dev.bramante.config.Nearest;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Parameters;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Parameters of a network that a pattern chooses. It is the path of a layer ({@code sections.0}),
 * the name of a parameter in checkpoints ({@code layer1.0.conv1.weight}), or what one of these
 * begins with up to a dot; an asterisk stands for any letters.
 */
final class Selection {
  private Selection() {}

  /**
   * The names of the learnt parameters that a pattern chooses.
   *
   * @throws IllegalArgumentException if there are none
   */
  static Set<String> names(Parameters parameters, String pattern) {
    Pattern form = form(pattern);
    Set<Parameter> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
    parameters
        .layers()
        .forEach((path, layer) -> {
          if (form.matcher(path).matches()) {
            chosen.addAll(Parameters.of(layer).byName().values());
          }
        });
    Set<String> names = new LinkedHashSet<>();
    parameters
        .byName()
        .forEach((name, parameter) -> {
          boolean fits = chosen.contains(parameter) || form.matcher(name).matches();
          if (fits && parameter.isLearnt()) {
            names.add(name);
          }
        });
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          Nearest.complaint("layer or parameter", pattern, known(parameters)));
    }
    return names;
  }

  private static Pattern form(String pattern) {
    List<String> parts = List.of(pattern.split("\\*", -1));
    String middle = String.join(".*", parts.stream().map(Pattern::quote).toList());
    return Pattern.compile(middle + "(\\..*)?");
  }

  /** The uppermost layers, which people mean most. */
  private static List<String> known(Parameters parameters) {
    Set<String> known = new LinkedHashSet<>();
    for (String path : parameters.layers().keySet()) {
      int dot = path.indexOf('.', path.indexOf('.') + 1);
      known.add(dot < 0 ? path : path.substring(0, dot));
    }
    known.remove("");
    return List.copyOf(known);
  }
}
