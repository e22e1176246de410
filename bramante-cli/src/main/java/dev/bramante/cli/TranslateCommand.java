package dev.bramante.cli;

import dev.bramante.data.text.TextSource;
import dev.bramante.generate.BeamSearch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Translates texts. */
@Command(
    name = "translate",
    description = "Translate texts with the network of a run of train transformer.",
    footer = {
      "",
      "Without TEXT, each line of standard input is a text, and each line of the answer its",
      "translation. Example:",
      "  ./bramante translate runs/transformer-1 --beams 4 \"God said to Moses, I am.\""
    })
final class TranslateCommand extends BaseCommand {
  /** Lines that are translated at once, where so many are there. */
  private static final int LINES = 64;

  @Parameters(index = "0", paramLabel = "RUN", description = "The run's folder.")
  private Path run;

  @Parameters(index = "1..*", paramLabel = "TEXT", description = "Texts to translate.")
  private List<String> texts = List.of();

  @Mixin private BeamsMixin beams;
  @Mixin private WeightFormMixin form;
  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  /** The answer for other programs. */
  private record Answer(String source, String translation) {}

  @Override
  public Integer call() throws IOException {
    Optional<BeamSearch> search = beams.search();
    Translations translations;
    try (var shown = progress.on(err())) {
      shown.begin("reading the model");
      TextModel model = TextModel.open(run);
      translations =
          new Translations(
              engine.engine(), model.model(), model.weights(), model.tokenizer(), form.chosen());
    }
    if (!texts.isEmpty()) {
      show(texts, translations.of(texts, search));
    } else if (json.wanted()) {
      List<String> all = lines();
      show(all, translations.of(all, search));
    } else {
      translateLines(translations, search);
    }
    return 0;
  }

  private void show(List<String> sources, List<String> found) {
    if (json.wanted()) {
      JsonMixin.print(
          out(),
          IntStream.range(0, found.size())
              .mapToObj(i -> new Answer(sources.get(i), found.get(i)))
              .toList());
    } else {
      found.forEach(out()::println);
      out().flush();
    }
  }

  private static TextSource input() {
    return new TextSource("standard input", 0, () -> System.in);
  }

  private static List<String> lines() throws IOException {
    try (BufferedReader reader = input().open()) {
      return reader.lines().filter(line -> !line.isBlank()).toList();
    }
  }

  /** Line by line as they come, several at once where they are there; empty lines stay empty. */
  private void translateLines(Translations translations, Optional<BeamSearch> search)
      throws IOException {
    try (BufferedReader reader = input().open()) {
      String line = reader.readLine();
      while (line != null) {
        var some = new ArrayList<String>();
        while (line != null) {
          some.add(line);
          line = some.size() < LINES && reader.ready() ? reader.readLine() : null;
        }
        List<String> told = some.stream().filter(text -> !text.isBlank()).toList();
        var found = translations.of(told, search).iterator();
        some.forEach(text -> out().println(text.isBlank() ? "" : found.next()));
        out().flush();
        line = reader.readLine();
      }
    }
  }
}
