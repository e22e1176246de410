package dev.bramante.cli;

import dev.bramante.data.text.BpeTrainer;
import dev.bramante.data.text.TextSource;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokenizers;
import dev.bramante.data.text.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/**
 * Texts as tokens.
 *
 * @param tokenizer made from the texts, or given
 * @param training to learn from
 * @param validation to choose by
 */
record TextTokens(Tokenizer tokenizer, Tokens training, Tokens validation) {
  /** The setting of the tokenizer: {@code bpe}, {@code characters}, or where one is kept. */
  static final String TOKENIZER = "tokenizer";

  private static final String VOCABULARY = "vocab";
  private static final String END = "<|endoftext|>";
  private static final int RARE = 2;

  /**
   * Makes a tokenizer unless there is one, and the tokens of all texts.
   *
   * @param known the tokenizer of a run that goes on
   * @param specials tokens that stand for no text, besides the end of a text
   */
  static TextTokens read(
      TextSources sources, RunSpec spec, Optional<Tokenizer> known, List<String> specials)
      throws IOException {
    Tokenizer tokenizer = known.isPresent() ? known.get() : tokenizer(sources, spec, specials);
    OptionalInt end = tokenizer.id(END);
    Tokens training = tokens(tokenizer, sources.training(), end);
    if (!sources.validation().isEmpty()) {
      return new TextTokens(tokenizer, training, tokens(tokenizer, sources.validation(), end));
    }
    long cut = Math.round(training.size() * (1 - sources.share()));
    return new TextTokens(
        tokenizer, training.part(0, cut), training.part(cut, training.size() - cut));
  }

  /** The tokens of all texts of a source that a trained network shall be measured with. */
  static Tokens measured(Tokenizer tokenizer, String source) throws IOException {
    return tokens(tokenizer, TextSources.of(source, 0).training(), tokenizer.id(END));
  }

  private static Tokenizer tokenizer(TextSources sources, RunSpec spec, List<String> specials)
      throws IOException {
    String wanted = spec.training().text(TOKENIZER);
    return switch (wanted) {
      case "bpe" -> {
        var trainer = new BpeTrainer(spec.network().integer(VOCABULARY), RARE, specials);
        for (TextSource text : sources.training()) {
          trainer.add(text);
        }
        yield trainer.train();
      }
      case "characters" -> {
        Set<Integer> letters = new HashSet<>();
        var all = new StringBuilder();
        for (TextSource text : sources.training()) {
          text.text().codePoints().filter(letters::add).forEach(all::appendCodePoint);
        }
        yield Tokenizers.characters(all.toString());
      }
      default -> Tokenizers.read(Path.of(wanted));
    };
  }

  /** The tokens of texts; those of large ones are kept in a file of the machine's own folder. */
  static Tokens tokens(Tokenizer tokenizer, List<TextSource> texts, OptionalInt end)
      throws IOException {
    var name = new StringBuilder();
    texts.forEach(text -> name.append(text.name()).append('\n'));
    String id = UUID.nameUUIDFromBytes(name.toString().getBytes(StandardCharsets.UTF_8)).toString();
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "bramante-tokens-" + id);
    return Tokens.of(tokenizer, texts, end, file);
  }

  /** A run whose network has a vocabulary of the tokenizer's size. */
  RunSpec fitted(RunSpec spec) {
    return spec.with(VOCABULARY, Integer.toString(tokenizer.size()));
  }
}
