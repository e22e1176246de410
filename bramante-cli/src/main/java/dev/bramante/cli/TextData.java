package dev.bramante.cli;

import dev.bramante.data.text.PackedText;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.engine.Engine;
import dev.bramante.models.Model;
import dev.bramante.tensor.Shape;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.Score;
import dev.bramante.train.Task;
import dev.bramante.train.TextMeter;
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
record TextData(String name, TextTokens texts) implements RunData {
  private static final String LENGTH = "length";
  private static final String POSITIONS = "positions";

  /** Reads the texts of a run; those of a run that goes on, with the tokenizer of its folder. */
  static TextData load(RunSpec spec, Optional<Tokenizer> known) throws IOException {
    var sources = TextSources.of(spec.source(), spec.validation());
    return new TextData(sources.name(), TextTokens.read(sources, spec, known, List.of()));
  }

  @Override
  public String description() {
    return "%s: %,d tokens to learn from, %,d to choose by, of %,d different ones"
        .formatted(name, texts.training().size(), texts.validation().size(), tokenizer().size());
  }

  private Tokenizer tokenizer() {
    return texts.tokenizer();
  }

  private static int length(Model model) {
    return model.config().integer(LENGTH);
  }

  @Override
  public Shape input(Model model) {
    return model.input();
  }

  @Override
  public RunSpec fitted(RunSpec spec, Set<String> asked) {
    RunSpec fitted = texts.fitted(spec);
    boolean fits = spec.network().integer(LENGTH) <= spec.network().integer(POSITIONS);
    return fits ? fitted : fitted.fitted(POSITIONS, spec.network().text(LENGTH), asked);
  }

  @Override
  public Task task(Model model, TrainSettings settings) {
    int length = length(model);
    return new TextTask(
        PackedText.training(texts.training(), length, settings.batch(), settings.seed()),
        PackedText.inOrder(texts.validation(), length, settings.batch()),
        Map.of(),
        Optional.of(tokenizer()));
  }

  @Override
  public Ending end(
      Engine engine, Model model, TrainSettings settings, Checkpoint best, Progress shown) {
    var batches = PackedText.inOrder(texts.validation(), length(model), settings.batch());
    shown.begin("measuring", batches.count());
    Score score = TextMeter.of(engine, model.network(), best.best(), batches).measure(shown::at);
    shown.end();
    return new Ending("chosen", score);
  }

  @Override
  public List<String> classes() {
    return List.of();
  }
}
