package dev.bramante.data.text;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** How tokens become text again. */
sealed interface Joiner {
  /** The text of tokens, written as in the vocabulary. */
  String join(List<String> tokens);

  /** Letters to bytes to text. */
  record Bytes() implements Joiner {
    @Override
    public String join(List<String> tokens) {
      var bytes = new ByteArrayOutputStream();
      tokens.forEach(token -> bytes.writeBytes(ByteLevel.decode(token)));
      return ByteLevel.text(bytes.toByteArray());
    }
  }

  /** BERT's words: a space before each token that doesn't continue a word. */
  record WordPieces(String prefix, boolean tidy) implements Joiner {
    @Override
    public String join(List<String> tokens) {
      var text = new StringBuilder();
      for (int i = 0; i < tokens.size(); i++) {
        String token = tokens.get(i);
        if (i > 0) {
          token = token.startsWith(prefix) ? token.substring(prefix.length()) : ' ' + token;
        }
        text.append(tidy ? tidied(token) : token);
      }
      return text.toString();
    }

    private static String tidied(String token) {
      return token
          .replace(" .", ".")
          .replace(" ?", "?")
          .replace(" !", "!")
          .replace(" ,", ",")
          .replace(" ' ", "'")
          .replace(" n't", "n't")
          .replace(" 'm", "'m")
          .replace(" do not", " don't")
          .replace(" 's", "'s")
          .replace(" 've", "'ve")
          .replace(" 're", "'re");
    }
  }

  /** Words whose last token has a suffix. */
  record Suffixed(String suffix) implements Joiner {
    @Override
    public String join(List<String> tokens) {
      var text = new StringBuilder();
      for (int i = 0; i < tokens.size(); i++) {
        text.append(tokens.get(i).replace(suffix, i + 1 == tokens.size() ? "" : " "));
      }
      return text.toString();
    }
  }

  /** One token after the other, with something between. */
  record Plain(String between) implements Joiner {
    @Override
    public String join(List<String> tokens) {
      return String.join(between, tokens);
    }
  }
}
