package dev.bramante.train;

import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Parameters that are trained alike.
 *
 * @param name for people
 * @param members chooses by name and shape
 * @param rateFactor the learning rate's multiple; 0 freezes the weights
 * @param decayFactor the weight decay's multiple
 */
public record ParameterGroup(
    String name, BiPredicate<String, Shape> members, double rateFactor, double decayFactor) {
  /** One group of all parameters. */
  public static List<ParameterGroup> all() {
    return List.of(new ParameterGroup("all", (name, shape) -> true, 1, 1));
  }

  /** Whether its parameters stay as they are. */
  public boolean isFrozen() {
    return rateFactor == 0;
  }

  /** The chosen of the parameters, in groups of their own that are otherwise like these. */
  static List<ParameterGroup> only(
      List<ParameterGroup> groups, String name, Set<String> chosen, double rateFactor) {
    return groups.stream()
        .map(group ->
            new ParameterGroup(
                group.name() + " " + name,
                (parameter, shape) ->
                    chosen.contains(parameter) && group.members().test(parameter, shape),
                rateFactor * group.rateFactor(),
                group.decayFactor()))
        .toList();
  }

  /** Weight decay for matrices and kernels, none for biases and the scales of normalisation. */
  public static List<ParameterGroup> byRank() {
    return List.of(
        new ParameterGroup("decayed", (name, shape) -> shape.rank() >= 2, 1, 1),
        new ParameterGroup("undecayed", (name, shape) -> shape.rank() < 2, 1, 0));
  }
}
