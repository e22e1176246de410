package dev.bramante.cli;

import dev.bramante.data.text.Bleu;
import dev.bramante.data.text.PairBatches;
import dev.bramante.data.text.TextPair;
import dev.bramante.data.text.TokenPairs.TooLong;
import dev.bramante.engine.Engine;
import dev.bramante.generate.WeightForm;
import dev.bramante.train.Score;
import dev.bramante.train.TextMeter;
import dev.bramante.train.TokenScore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Measures a run's translator. */
final class PairEval {
  private static final int BATCH = 32;

  private PairEval() {}

  /** For people and for other programs. */
  private record Answer(
      String run,
      String data,
      int pairs,
      int tokens,
      double loss,
      double perplexity,
      double accuracy,
      double bleu) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "data        %s, %,d pairs, %,d tokens%nBLEU        %.2f%nloss        %.4f%n"
              + "perplexity  %.2f%naccuracy    %s%n",
          data,
          pairs,
          tokens,
          bleu,
          loss,
          perplexity,
          Figures.percent(accuracy));
    }
  }

  /**
   * Measures a network.
   *
   * @param data other pairs than those that were kept for this
   */
  static Object answer(
      Path run, TextModel opened, Optional<String> data, Engine engine, Progress shown)
      throws IOException {
    RunSpec spec = RunSpec.from(opened.about());
    String source = data.orElse(spec.source());
    List<TextPair> pairs =
        data.isPresent()
            ? PairSources.measured(source, spec.validation())
            : PairSources.of(source, spec.validation()).measured();
    int longest = opened.model().config().integer("length");
    var tokens = PairData.tokens(source, pairs, opened.tokenizer(), longest, TooLong.LEFT_OUT);
    var batches = PairBatches.inOrder(tokens, BATCH);
    shown.begin("eval", batches.count());
    Score score =
        TextMeter.of(engine, opened.model().network(), opened.weights(), batches)
            .measure(shown::at);
    if (!(score instanceof TokenScore measured)) {
      throw new IllegalStateException("tokens are measured by " + score);
    }
    Bleu bleu =
        new Translations(
                engine, opened.model(), opened.weights(), opened.tokenizer(), WeightForm.F32)
            .bleu(pairs, shown);
    return new Answer(
        run.toString(),
        PairSources.name(source),
        tokens.size(),
        measured.count(),
        measured.loss(),
        measured.perplexity(),
        measured.accuracy(),
        bleu.score());
  }
}
