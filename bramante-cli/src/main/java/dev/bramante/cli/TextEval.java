package dev.bramante.cli;

import dev.bramante.data.TextTable;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.data.text.Tokens;
import dev.bramante.engine.Engine;
import dev.bramante.models.Bert;
import dev.bramante.models.BertMaskedLanguageModel;
import dev.bramante.models.Gpt;
import dev.bramante.models.Model;
import dev.bramante.models.Transformer;
import dev.bramante.train.Fit;
import dev.bramante.train.Measures;
import dev.bramante.train.Score;
import dev.bramante.train.TextMeter;
import dev.bramante.train.TokenScore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Measures a run's network of texts. */
final class TextEval {
  private static final int BATCH = 16;

  /** Logits of a batch, which are the largest values: 256 MB. */
  private static final long LOGITS = 1L << 26;

  private TextEval() {}

  /** For people and for other programs. */
  private record Answer(
      String run,
      String data,
      int tokens,
      double loss,
      double perplexity,
      double bitsPerCharacter,
      double accuracy) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "data        %s, %,d tokens%nloss        %.4f%nperplexity  %.2f%n"
              + "bits/char   %.3f%naccuracy    %s%n",
          data,
          tokens,
          loss,
          perplexity,
          bitsPerCharacter,
          Figures.percent(accuracy));
    }
  }

  /**
   * Measures a run's network.
   *
   * @param data other texts than those that it was chosen by
   */
  static Object answer(Path run, Optional<String> data, Engine engine, Progress shown)
      throws IOException {
    shown.begin("reading");
    TextModel opened = TextModel.open(run);
    if (opened.model().network() instanceof Transformer) {
      return PairEval.answer(run, opened, data, engine, shown);
    }
    RunSpec spec = RunSpec.from(opened.about());
    Score score = score(opened, spec, data, new Measuring(engine, opened, shown));
    String name = TextSources.name(data.orElse(spec.source()));
    return switch (score) {
      case TokenScore tokens ->
          new Answer(
              run.toString(),
              name,
              tokens.count(),
              tokens.loss(),
              tokens.perplexity(),
              tokens.bitsPerCharacter(),
              tokens.accuracy());
      case Measures measures ->
          ClassAnswer.of(run.toString(), name, measures, classes(opened.about()));
      case Fit _ -> throw new IllegalStateException("texts have no numbers to predict");
    };
  }

  private static List<String> classes(Map<String, String> about) {
    return List.of(about.getOrDefault(LabelledData.CLASSES, "").split("\n", -1));
  }

  /** The work, whatever it is done with. */
  private record Measuring(Engine engine, TextModel opened, Progress shown) {
    Score score(TokenBatches batches) {
      shown.begin("eval", batches.count());
      return TextMeter.of(engine, opened.model().network(), opened.weights(), batches)
          .measure(shown::at);
    }

    Score score(Tokens tokens, TextGoal goal) {
      Model model = opened.model();
      return score(
          goal.measured(tokens, opened.tokenizer(), TextTokens.length(model), batch(model)));
    }
  }

  private static Score score(
      TextModel opened, RunSpec spec, Optional<String> data, Measuring measuring)
      throws IOException {
    Model model = opened.model();
    return switch (model.network()) {
      case Gpt _ -> texts(TextGoal.CONTINUE, opened, spec, data, measuring);
      case BertMaskedLanguageModel _ -> texts(TextGoal.FILL_IN, opened, spec, data, measuring);
      case Bert.Classifier _ -> {
        TextTable table = table(opened, spec, data);
        yield measuring.score(
            LabelledData.measured(table, opened.tokenizer(), model, batch(model)));
      }
      default -> throw new CommandException("eval doesn't know how to measure " + model.name());
    };
  }

  /** As many sequences as fit, 16 at most. */
  private static int batch(Model model) {
    return Math.clamp(LOGITS / model.output().size(), 1, BATCH);
  }

  private static Score texts(
      TextGoal goal, TextModel opened, RunSpec spec, Optional<String> data, Measuring measuring)
      throws IOException {
    try (Tokens tokens = tokens(opened, spec, data)) {
      return measuring.score(tokens, goal);
    }
  }

  private static Tokens tokens(TextModel opened, RunSpec spec, Optional<String> data)
      throws IOException {
    if (data.isPresent()) {
      return TextTokens.measured(opened.tokenizer(), data.get());
    }
    var sources = TextSources.of(spec.source(), spec.validation());
    return TextTokens.validation(sources, spec, opened.kept());
  }

  private static TextTable table(TextModel opened, RunSpec spec, Optional<String> data)
      throws IOException {
    return data.isPresent()
        ? LabelledData.read(data.get(), Optional.of(classes(opened.about())))
        : LabelledData.load(spec, Optional.of(opened.kept())).test();
  }
}
