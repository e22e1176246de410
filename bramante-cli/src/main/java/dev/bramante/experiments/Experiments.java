package dev.bramante.experiments;

import dev.bramante.config.Nearest;
import java.util.List;

/** All experiments by name. */
public final class Experiments {
  private static final List<Experiment> ALL =
      List.of(
          new Approximation(),
          new Bottlenecks(),
          new Depth(),
          new Causal(),
          new Scaling(),
          new AttentionMap());

  private Experiments() {}

  /** All experiments. */
  public static List<Experiment> all() {
    return ALL;
  }

  /** What they are called. */
  public static List<String> names() {
    return ALL.stream().map(Experiment::name).toList();
  }

  /**
   * The experiment of a name.
   *
   * @throws IllegalArgumentException if there is none; it names the nearest
   */
  public static Experiment find(String name) {
    return ALL.stream()
        .filter(experiment -> experiment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(Nearest.complaint("experiment", name, names())));
  }
}
