package dev.bramante.cli;

import dev.bramante.data.text.Bleu;
import dev.bramante.data.text.KeptTokenizer;
import dev.bramante.data.text.PairBatches;
import dev.bramante.data.text.PairTokens;
import dev.bramante.data.text.TextPair;
import dev.bramante.data.text.TextSource;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.data.text.TokenPairs;
import dev.bramante.data.text.TokenPairs.TooLong;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.engine.Engine;
import dev.bramante.generate.WeightForm;
import dev.bramante.models.Model;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.Task;
import dev.bramante.train.TextTask;
import dev.bramante.train.TrainSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pairs of texts that a network learns to translate.
 *
 * @param sources the texts
 * @param kept the tokenizer of both languages
 * @param training to learn from
 * @param validation to choose by
 */
record PairData(PairSources sources, KeptTokenizer kept, TokenPairs training, TokenPairs validation)
    implements TextRunData {
  private static final String VOCABULARY = "vocab";
  private static final String LENGTH = "length";
  private static final String WIDTH = "width";

  /** Reads the pairs of a run, by a tokenizer that is known already or is to be made. */
  static PairData load(RunSpec spec, Optional<KeptTokenizer> known, TooLong tooLong)
      throws IOException {
    var sources = PairSources.of(spec.source(), spec.validation());
    KeptTokenizer kept =
        known.isPresent()
            ? known.get()
            : TextTokens.tokenizer(List.of(texts(sources)), spec, PairTokens.NAMES);
    int longest = spec.network().integer(LENGTH);
    return new PairData(
        sources,
        kept,
        tokens(sources.name(), sources.training(), kept.tokenizer(), longest, tooLong),
        tokens(sources.name(), sources.validation(), kept.tokenizer(), longest, tooLong));
  }

  /** The texts of both languages. */
  private static TextSource texts(PairSources sources) {
    var all = new StringBuilder();
    for (TextPair pair : sources.training()) {
      all.append(pair.source()).append('\n').append(pair.target()).append('\n');
    }
    return TextSource.of(sources.name(), all.toString());
  }

  private Tokenizer tokenizer() {
    return kept.tokenizer();
  }

  /** Pairs as tokens. */
  static TokenPairs tokens(
      String name, List<TextPair> pairs, Tokenizer tokenizer, int longest, TooLong tooLong)
      throws IOException {
    return TokenPairs.of(name, pairs, tokenizer, PairTokens.of(tokenizer), longest, tooLong);
  }

  @Override
  public String description() {
    int leftOut = training.leftOut() + validation.leftOut();
    return "%s: %,d to learn from, %,d to choose by, of %,d different tokens%s"
        .formatted(
            sources.name(),
            training.size(),
            validation.size(),
            tokenizer().size(),
            leftOut == 0 ? "" : "; %,d too long and left out".formatted(leftOut));
  }

  @Override
  public RunSpec fitted(RunSpec spec, Set<String> asked) {
    RunSpec fitted =
        spec.with(VOCABULARY, Integer.toString(tokenizer().size()))
            .with("padding", Integer.toString(PairTokens.of(tokenizer()).padding()));
    // The schedule of Vaswani et al. 2017 depends on the width of the network.
    return fitted.withTraining(WIDTH, fitted.network().text(WIDTH));
  }

  @Override
  public Task task(Model model, TrainSettings settings) {
    return new TextTask(
        PairBatches.training(training, settings.batch(), settings.seed()),
        PairBatches.inOrder(validation, settings.batch()),
        Map.of(),
        Optional.of(kept));
  }

  @Override
  public Ending end(
      Engine engine, Model model, TrainSettings settings, Checkpoint best, Progress shown)
      throws IOException {
    Ending plain = TextRunData.super.end(engine, model, settings, best, shown);
    Bleu bleu =
        new Translations(engine, model, best.best(), tokenizer(), WeightForm.F32)
            .bleu(sources.measured(), shown);
    shown.end();
    return new Ending(plain.data(), plain.score(), Optional.of(bleu));
  }

  @Override
  public TokenBatches measured(Model model, int batch) throws IOException {
    int longest = model.config().integer(LENGTH);
    return PairBatches.inOrder(
        tokens(sources.name(), sources.measured(), tokenizer(), longest, TooLong.LEFT_OUT), batch);
  }

  @Override
  public String measure() {
    return sources.test().isPresent() ? "test" : "chosen";
  }
}
