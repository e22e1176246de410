package dev.bramante.cli;

import dev.bramante.data.text.KeptTokenizer;
import dev.bramante.data.text.PackedText;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.models.Model;
import dev.bramante.train.Task;
import dev.bramante.train.TextTask;
import dev.bramante.train.TrainSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Texts that a language model learns to continue.
 *
 * @param name what they are, for people
 * @param texts their tokens
 */
record TextData(String name, TextTokens texts) implements TextRunData {
  /** Reads the texts of a run; those of a run that goes on, with the tokenizer of its folder. */
  static TextData load(RunSpec spec, Optional<KeptTokenizer> known) throws IOException {
    var sources = TextSources.of(spec.source(), spec.validation());
    return new TextData(
        sources.name(), TextTokens.read(sources, spec, known, List.of(TextTokens.END)));
  }

  @Override
  public String description() {
    return texts.description(name);
  }

  @Override
  public RunSpec fitted(RunSpec spec, Set<String> asked) {
    return texts.fitted(spec, asked);
  }

  @Override
  public Task task(Model model, TrainSettings settings) {
    int length = TextTokens.length(model);
    return new TextTask(
        PackedText.training(texts.training(), length, settings.batch(), settings.seed()),
        PackedText.inOrder(texts.validation(), length, settings.batch()),
        Map.of(),
        Optional.of(texts.kept()));
  }

  @Override
  public KeptTokenizer kept() {
    return texts.kept();
  }

  @Override
  public TokenBatches measured(Model model, int batch) {
    return PackedText.inOrder(texts.validation(), TextTokens.length(model), batch);
  }
}
