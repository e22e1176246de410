package dev.bramante.cli;

import dev.bramante.data.text.BpeTrainer;
import dev.bramante.data.text.KeptTokenizer;
import dev.bramante.data.text.TextSource;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokenizers;
import dev.bramante.data.text.Tokens;
import dev.bramante.models.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Texts as tokens.
 *
 * @param kept the tokenizer, made from the texts or given
 * @param training to learn from
 * @param validation to choose by
 */
record TextTokens(KeptTokenizer kept, Tokens training, Tokens validation) implements AutoCloseable {
  /** The setting of the tokenizer: {@code bpe}, {@code characters}, or where one is kept. */
  static final String TOKENIZER = "tokenizer";

  private static final String VOCABULARY = "vocab";

  /** The token that ends a text. */
  static final String END = "<|endoftext|>";

  private static final String LENGTH = "length";
  private static final String POSITIONS = "positions";
  private static final int RARE = 2;

  /**
   * Makes a tokenizer unless there is one, and the tokens of all texts.
   *
   * @param known the tokenizer of a run that goes on
   * @param specials tokens that stand for no text, the end of a text among them
   */
  static TextTokens read(
      TextSources sources, RunSpec spec, Optional<KeptTokenizer> known, List<String> specials)
      throws IOException {
    KeptTokenizer kept =
        known.isPresent() ? known.get() : tokenizer(sources.training(), spec, specials);
    Tokenizer tokenizer = kept.tokenizer();
    OptionalInt end = tokenizer.id(END);
    Tokens training = tokens(tokenizer, sources.training(), end);
    if (!sources.validation().isEmpty()) {
      try {
        return new TextTokens(kept, training, tokens(tokenizer, sources.validation(), end));
      } catch (IOException | RuntimeException failure) {
        training.close();
        throw failure;
      }
    }
    long cut = Math.round(training.size() * (1 - sources.share()));
    return new TextTokens(kept, training.part(0, cut), training.part(cut, training.size() - cut));
  }

  /** What a run was chosen by. */
  static Tokens validation(TextSources sources, RunSpec spec, KeptTokenizer kept)
      throws IOException {
    Tokenizer tokenizer = kept.tokenizer();
    return sources.validation().isEmpty()
        ? read(sources, spec, Optional.of(kept), List.of()).validation()
        : tokens(tokenizer, sources.validation(), tokenizer.id(END));
  }

  /** The tokens of all texts of a source that a trained network shall be measured with. */
  static Tokens measured(Tokenizer tokenizer, String source) throws IOException {
    return tokens(tokenizer, TextSources.of(source, 0).training(), tokenizer.id(END));
  }

  /**
   * The tokenizer that a run asks for: made from texts, or read.
   *
   * @param specials tokens that stand for no text
   */
  static KeptTokenizer tokenizer(List<TextSource> texts, RunSpec spec, List<String> specials)
      throws IOException {
    String wanted = spec.training().text(TOKENIZER);
    return switch (wanted) {
      case "bpe" -> {
        var trainer = new BpeTrainer(spec.network().integer(VOCABULARY), RARE, specials);
        for (TextSource text : texts) {
          trainer.add(text);
        }
        yield KeptTokenizer.made(trainer.train());
      }
      case "characters" -> KeptTokenizer.made(Tokenizers.characters(texts));
      default -> KeptTokenizer.read(Path.of(wanted));
    };
  }

  @Override
  public void close() throws IOException {
    try (training) {
      validation.close();
    }
  }

  /** What makes the ids. */
  Tokenizer tokenizer() {
    return kept.tokenizer();
  }

  /** The tokens of texts; those of large ones lie in the temporary folder until they are closed. */
  static Tokens tokens(Tokenizer tokenizer, List<TextSource> texts, OptionalInt end)
      throws IOException {
    return Tokens.of(tokenizer, texts, end, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** What they are and how many, for people. */
  String description(String name) {
    return "%s: %,d tokens to learn from, %,d to choose by, of %,d different ones"
        .formatted(name, training.size(), validation.size(), tokenizer().size());
  }

  /** A run whose network fits the tokens. */
  RunSpec fitted(RunSpec spec, Set<String> asked) {
    return fitted(spec, tokenizer(), asked);
  }

  /**
   * A run whose network has a vocabulary of a tokenizer's size, or the larger one that is asked
   * for, and room for the length.
   */
  static RunSpec fitted(RunSpec spec, Tokenizer tokenizer, Set<String> asked) {
    boolean kept = asked.contains(VOCABULARY);
    kept &= spec.network().integer(VOCABULARY) >= tokenizer.size();
    RunSpec fitted = kept ? spec : spec.with(VOCABULARY, Integer.toString(tokenizer.size()));
    boolean fits = spec.network().integer(LENGTH) <= spec.network().integer(POSITIONS);
    return fits ? fitted : fitted.fitted(POSITIONS, spec.network().text(LENGTH), asked);
  }

  /** The tokens of a sequence. */
  static int length(Model model) {
    return model.config().integer(LENGTH);
  }
}
