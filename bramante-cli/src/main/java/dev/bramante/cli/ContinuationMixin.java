package dev.bramante.cli;

import dev.bramante.engine.Engine;
import dev.bramante.generate.BeamSearch;
import dev.bramante.generate.Generator;
import dev.bramante.generate.Sampling;
import dev.bramante.generate.WeightSource;
import dev.bramante.models.Gpt;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How texts are continued: token by token, or looked for as a whole. */
final class ContinuationMixin {
  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "100",
      description = "Tokens to add at most (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description =
          "0 for the likeliest token each time, 1 for the model's own distribution"
              + " (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draw from the K likeliest tokens (default: all).")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Draw from the likeliest tokens that together have probability P.")
  private double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      defaultValue = "0",
      description = "Leave out tokens less likely than P times the likeliest.")
  private double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "F",
      defaultValue = "1",
      description = "Above 1 makes tokens that occurred less likely.")
  private double penalty;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of random choices (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private BeamsMixin beams;

  /** How many tokens to add at most. */
  int tokens() {
    if (tokens < 1) {
      throw new CommandException("--max-tokens must be at least 1, not " + tokens);
    }
    return tokens;
  }

  /**
   * Continues prompts until one of the ends, which isn't shown.
   *
   * @param listener hears of each token, and says no where a text has come to its end
   */
  void continueAll(
      Engine engine,
      Gpt network,
      WeightSource weights,
      List<int[]> prompts,
      Set<Integer> ends,
      Generator.Listener listener) {
    Optional<BeamSearch> search = beams.search();
    if (search.isEmpty()) {
      var sampling = new Sampling(temperature, topK, topP, minP, penalty, seed);
      new Generator(engine, network, weights).generate(prompts, tokens, sampling, ends, listener);
      return;
    }
    for (int text = 0; text < prompts.size(); text++) {
      int[] found =
          search.get().continuation(engine, network, weights, prompts.get(text), tokens, ends);
      int shown = 0;
      while (shown < found.length && listener.token(text, found[shown])) {
        shown++;
      }
    }
  }
}
