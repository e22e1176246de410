package dev.bramante.cli;

import dev.bramante.generate.BeamSearch;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether a likely text is looked for as a whole. */
final class BeamsMixin {
  @Option(
      names = "--beams",
      paramLabel = "N",
      defaultValue = "1",
      description = "Look for a likely text as a whole, with N beams; nothing is drawn then.")
  private int beams;

  @Option(
      names = "--length-penalty",
      paramLabel = "A",
      defaultValue = "1",
      description = "With beams: above 1 favours longer texts (default: ${DEFAULT-VALUE}).")
  private double lengthPenalty;

  /** How to look for it; with one beam there is nothing to look for. */
  Optional<BeamSearch> search() {
    return beams == 1 ? Optional.empty() : Optional.of(new BeamSearch(beams, lengthPenalty));
  }
}
