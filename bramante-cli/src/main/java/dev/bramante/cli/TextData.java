package dev.bramante.cli;

import dev.bramante.data.text.KeptTokenizer;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.models.Model;
import dev.bramante.train.Task;
import dev.bramante.train.TextTask;
import dev.bramante.train.TrainSettings;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Running text.
 *
 * @param name what it is, for people
 * @param texts its tokens
 * @param goal what is learnt of it
 */
record TextData(String name, TextTokens texts, TextGoal goal) implements TextRunData {
  /** Reads the texts of a run, by a tokenizer that is known already or is to be made. */
  static TextData load(RunSpec spec, Optional<KeptTokenizer> known, TextGoal goal)
      throws IOException {
    var sources = TextSources.of(spec.source(), spec.validation());
    var texts = TextTokens.read(sources, spec, known, goal.specials());
    return new TextData(sources.name(), texts, goal);
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
    var training =
        goal.training(
            texts.training(),
            texts.tokenizer(),
            TextTokens.length(model),
            settings.batch(),
            settings.seed());
    var validation = measured(model, settings.batch());
    return new TextTask(training, validation, Map.of(), Optional.of(texts.kept()));
  }

  @Override
  public void close() throws IOException {
    texts.close();
  }

  @Override
  public KeptTokenizer kept() {
    return texts.kept();
  }

  @Override
  public TokenBatches measured(Model model, int batch) {
    return goal.measured(texts.validation(), texts.tokenizer(), TextTokens.length(model), batch);
  }
}
