package dev.bramante.cli;

import dev.bramante.data.text.PackedText;
import dev.bramante.engine.Engine;
import dev.bramante.models.Gpt;
import dev.bramante.train.Score;
import dev.bramante.train.TextMeter;
import dev.bramante.train.TokenScore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Measures a run's network of texts. */
final class TextEval {
  private static final int BATCH = 16;

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
    if (!(opened.model().network() instanceof Gpt)) {
      throw new CommandException("eval measures networks of texts that continue them");
    }
    RunSpec spec = RunSpec.from(opened.about());
    String source = data.orElse(spec.source());
    var texts =
        data.isPresent()
            ? TextTokens.measured(opened.tokenizer(), source)
            : TextTokens.read(
                    TextSources.of(source, spec.validation()),
                    spec,
                    Optional.of(opened.tokenizer()),
                    List.of())
                .validation();
    var batches = PackedText.inOrder(texts, opened.model().config().integer("length"), BATCH);
    shown.begin("eval", batches.count());
    Score score =
        TextMeter.of(engine, opened.model().network(), opened.weights(), batches)
            .measure(shown::at);
    if (!(score instanceof TokenScore measured)) {
      throw new IllegalStateException("tokens are measured by " + score);
    }
    return new Answer(
        run.toString(),
        TextSources.name(source),
        measured.count(),
        measured.loss(),
        measured.perplexity(),
        measured.bitsPerCharacter(),
        measured.accuracy());
  }
}
