package dev.bramante.cli;

import dev.bramante.data.text.Tokenizer;
import dev.bramante.engine.Engine;
import dev.bramante.generate.CompactWeights;
import dev.bramante.generate.Generator;
import dev.bramante.models.Gpt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "TEXT",
      description = "The beginning; may be given several times, for as many texts at once.")
  private List<String> prompts;

  @Option(names = "--stop", paramLabel = "TEXT", description = "End where this text comes up.")
  private List<String> stops = List.of();

  @Option(names = "--truncate", description = "Cut a prompt that is too long on the left.")
  private boolean truncate;

  @Mixin private ContinuationMixin continuation;
  @Mixin private WeightFormMixin form;
  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  /** The answer for other programs. */
  private record Answer(String prompt, String text, int tokens, double tokensPerSecond) {}

  @Override
  public Integer call() throws IOException {
    int tokens = continuation.tokens();
    TextModel model;
    try (var shown = progress.on(err())) {
      shown.begin("reading the model");
      model = TextModel.open(folder);
    }
    if (!(model.model().network() instanceof Gpt network)) {
      throw new CommandException(
          folder + ": a " + model.model().name() + " doesn't continue texts; give a GPT");
    }
    Tokenizer tokenizer = model.tokenizer();
    int context = network.positions().entries();
    List<int[]> ids =
        prompts.stream().map(prompt -> ids(prompt, tokenizer, tokens, context)).toList();
    Engine made = engine.engine();
    var weights = new CompactWeights(model.model().parameters(), form.chosen());
    weights.supply(made.variables(), model.weights());
    Set<Integer> ends = tokenizer.id(END).stream().boxed().collect(Collectors.toSet());
    var texts = new Texts(tokenizer);
    long start = System.nanoTime();
    continuation.continueAll(made, network, weights, ids, ends, texts);
    texts.end((System.nanoTime() - start) / 1e9);
    return 0;
  }

  /** The texts in the making. One alone is shown as it comes, several when all have ended. */
  private final class Texts implements Generator.Listener {
    private final List<TextStream> streams;
    private final int[] counts = new int[prompts.size()];

    Texts(Tokenizer tokenizer) {
      boolean live = prompts.size() == 1 && !json.wanted();
      streams =
          prompts.stream()
              .map(prompt -> new TextStream(tokenizer, stops, live ? this::show : text -> {}))
              .toList();
      if (live) {
        show(prompts.getFirst());
      }
    }

    @Override
    public boolean token(int text, int id) {
      boolean goesOn = streams.get(text).add(id);
      counts[text] += goesOn ? 1 : 0;
      return goesOn;
    }

    void end(double seconds) {
      streams.forEach(TextStream::end);
      int all = Arrays.stream(counts).sum();
      if (json.wanted()) {
        List<Answer> answers =
            IntStream.range(0, counts.length)
                .mapToObj(i -> answer(i, counts[i] / seconds))
                .toList();
        JsonMixin.print(out(), answers.size() == 1 ? answers.getFirst() : answers);
        return;
      }
      if (streams.size() == 1) {
        out().println();
      } else {
        IntStream.range(0, streams.size())
            .forEach(i -> out().println(prompts.get(i) + streams.get(i).text()));
      }
      out().flush();
      err().printf(Locale.ROOT, "%d tokens, %.1f a second%n", all, all / seconds);
      err().flush();
    }

    private Answer answer(int text, double rate) {
      return new Answer(prompts.get(text), streams.get(text).text(), counts[text], rate);
    }

    private void show(String text) {
      out().print(text);
      out().flush();
    }
  }

  private int[] ids(String prompt, Tokenizer tokenizer, int tokens, int context) {
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
