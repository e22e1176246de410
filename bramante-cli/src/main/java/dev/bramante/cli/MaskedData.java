package dev.bramante.cli;

import dev.bramante.data.text.KeptTokenizer;
import dev.bramante.data.text.MaskedText;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokens;
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
 * Texts with gaps that a network learns to fill in.
 *
 * @param name what they are, for people
 * @param texts their tokens
 */
record MaskedData(String name, TextTokens texts) implements TextRunData {
  /** The tokens that BERT needs besides text. */
  static final List<String> SPECIALS =
      List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", TextTokens.END);

  private static final int SEED = 0;

  /** Reads the texts of a run, by a tokenizer that is known already or is to be made. */
  static MaskedData load(RunSpec spec, Optional<KeptTokenizer> known) throws IOException {
    var sources = TextSources.of(spec.source(), spec.validation());
    return new MaskedData(sources.name(), TextTokens.read(sources, spec, known, SPECIALS));
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
    Tokenizer tokenizer = texts.tokenizer();
    var training =
        MaskedText.training(
            texts.training(),
            tokenizer,
            TextTokens.length(model),
            settings.batch(),
            settings.seed());
    var validation = measured(texts.validation(), tokenizer, model, settings.batch());
    return new TextTask(training, validation, Map.of(), Optional.of(texts.kept()));
  }

  /** An epoch of texts with the same gaps each time. */
  static TokenBatches measured(Tokens tokens, Tokenizer tokenizer, Model model, int batch) {
    return MaskedText.inOrder(tokens, tokenizer, TextTokens.length(model), batch, SEED);
  }

  @Override
  public KeptTokenizer kept() {
    return texts.kept();
  }

  @Override
  public TokenBatches measured(Model model, int batch) {
    return measured(texts.validation(), texts.tokenizer(), model, batch);
  }
}
