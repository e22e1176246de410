package dev.bramante.cli;

import dev.bramante.data.text.Tokenizer;
import dev.bramante.engine.Engine;
import dev.bramante.generate.BeamSearch;
import dev.bramante.generate.CompactWeights;
import dev.bramante.generate.Generator;
import dev.bramante.generate.Sampling;
import dev.bramante.generate.WeightForm;
import dev.bramante.generate.WeightSource;
import dev.bramante.models.Gpt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Continues a text. */
@Command(
    name = "generate",
    description = "Continue a text with a GPT that was trained here, or with GPT-2.",
    footer = {
      "",
      "The model is the folder of a run of train gpt, or one as Hugging Face's libraries keep it:",
      "config.json, weights, and a tokenizer. Example:",
      "  ./bramante generate --model runs/gpt-1 --prompt \"It is a truth\" --temperature 0.8 --top-p 0.9"
    })
final class GenerateCommand extends BaseCommand {
  private static final String END = "<|endoftext|>";

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "The model.")
  private Path folder;

  @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "The beginning.")
  private String prompt;

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

  @Option(names = "--stop", paramLabel = "TEXT", description = "End where this text comes up.")
  private List<String> stops = List.of();

  @Option(names = "--truncate", description = "Cut a prompt that is too long on the left.")
  private boolean truncate;

  @Option(
      names = "--weights-as",
      paramLabel = "FORM",
      defaultValue = "f32",
      description =
          "How to hold weights: ${COMPLETION-CANDIDATES}. Reading them limits the speed, bf16 is"
              + " about twice as fast and int8 faster still, at some loss of quality"
              + " (default: ${DEFAULT-VALUE}).")
  private WeightForm form;

  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  /** The answer for other programs. */
  private record Answer(String prompt, String text, int tokens, double tokensPerSecond) {}

  @Override
  public Integer call() throws IOException {
    if (tokens < 1) {
      throw new CommandException("--max-tokens must be at least 1, not " + tokens);
    }
    TextModel model;
    try (var shown = progress.on(err())) {
      shown.begin("reading the model");
      model = TextModel.open(folder);
    }
    if (!(model.model().network() instanceof Gpt network)) {
      throw new CommandException(
          folder + ": a " + model.model().name() + " doesn't continue texts; give a GPT");
    }
    Engine made = engine.engine();
    var weights = new CompactWeights(model.model().parameters(), form);
    weights.write(made.variables(), model.weights());
    run(made, network, weights, model.tokenizer());
    return 0;
  }

  private void run(Engine made, Gpt network, WeightSource weights, Tokenizer tokenizer) {
    int[] ids = prompt(tokenizer, network.positions().entries());
    Set<Integer> ends = tokenizer.id(END).stream().boxed().collect(Collectors.toSet());
    var stream = new TextStream(tokenizer, stops, json.wanted() ? text -> {} : this::show);
    show(prompt);
    long start = System.nanoTime();
    int count;
    if (beams > 1) {
      int[] added =
          new BeamSearch(beams, lengthPenalty)
              .continuation(made, network, weights, ids, tokens, ends);
      count = (int) Arrays.stream(added).takeWhile(stream::add).count();
    } else {
      var sampling = new Sampling(temperature, topK, topP, minP, penalty, seed);
      count =
          new Generator(made, network, weights)
              .generate(List.of(ids), tokens, sampling, ends, (text, id) -> stream.add(id))
              .getFirst()
              .length;
    }
    stream.end();
    double rate = count / ((System.nanoTime() - start) / 1e9);
    if (json.wanted()) {
      JsonMixin.print(out(), new Answer(prompt, stream.text(), count, rate));
    } else {
      out().println();
      err().printf(Locale.ROOT, "%d tokens, %.1f a second%n", count, rate);
      err().flush();
    }
  }

  private void show(String text) {
    if (!json.wanted()) {
      out().print(text);
      out().flush();
    }
  }

  private int[] prompt(Tokenizer tokenizer, int context) {
    int[] ids = tokenizer.encode(prompt);
    if (ids.length == 0) {
      throw new CommandException("--prompt is empty; begin with at least one word");
    }
    int room = context - tokens;
    if (ids.length <= room) {
      return ids;
    }
    if (!truncate || room < 1) {
      throw new CommandException(
          "the prompt has %d tokens, and %d more don't fit the context of %d; shorten it, lower "
                  .formatted(ids.length, tokens, context)
              + "--max-tokens, or cut it on the left by --truncate");
    }
    return Arrays.copyOfRange(ids, ids.length - room, ids.length);
  }
}
