package dev.bramante.cli;

import dev.bramante.data.text.MaskedText;
import dev.bramante.data.text.PackedText;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokens;
import java.util.List;

/** What a network learns of running text. */
enum TextGoal {
  /** To say what follows. */
  CONTINUE(List.of(TextTokens.END)) {
    @Override
    TokenBatches training(Tokens tokens, Tokenizer tokenizer, int length, int batch, long seed) {
      return PackedText.training(tokens, length, batch, seed);
    }

    @Override
    TokenBatches measured(Tokens tokens, Tokenizer tokenizer, int length, int batch) {
      return PackedText.inOrder(tokens, length, batch);
    }
  },

  /** To fill in gaps, which are the same each time that it is measured. */
  FILL_IN(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", TextTokens.END)) {
    @Override
    TokenBatches training(Tokens tokens, Tokenizer tokenizer, int length, int batch, long seed) {
      return MaskedText.training(tokens, tokenizer, length, batch, seed);
    }

    @Override
    TokenBatches measured(Tokens tokens, Tokenizer tokenizer, int length, int batch) {
      return MaskedText.inOrder(tokens, tokenizer, length, batch, 0);
    }
  };

  private final List<String> specials;

  TextGoal(List<String> specials) {
    this.specials = specials;
  }

  /** The tokens that a tokenizer needs besides text. */
  List<String> specials() {
    return specials;
  }

  /** To learn from. */
  abstract TokenBatches training(
      Tokens tokens, Tokenizer tokenizer, int length, int batch, long seed);

  /** To measure by: all texts once. */
  abstract TokenBatches measured(Tokens tokens, Tokenizer tokenizer, int length, int batch);
}
