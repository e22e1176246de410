package dev.bramante.data.text;

import java.text.Normalizer.Form;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What is done to a text before it is split, as Hugging Face's tokenizers define it. */
sealed interface Normalizer {
  /** The normalised text. */
  String apply(String text);

  /** One after the other; none leaves the text as it is. */
  record Sequence(List<Normalizer> steps) implements Normalizer {
    @Override
    public String apply(String text) {
      for (var step : steps) {
        text = step.apply(text);
      }
      return text;
    }
  }

  /** One of Unicode's normal forms. */
  record Unicode(Form form) implements Normalizer {
    @Override
    public String apply(String text) {
      return java.text.Normalizer.normalize(text, form);
    }
  }

  /** Lower case, each character by itself. */
  record Lowercase() implements Normalizer {
    @Override
    public String apply(String text) {
      var lower = new StringBuilder(text.length());
      text.codePoints().forEach(c -> lower.append(Character.toString(c).toLowerCase(Locale.ROOT)));
      return lower.toString();
    }
  }

  /** Without combining marks; it helps after a decomposition only. */
  record StripAccents() implements Normalizer {
    @Override
    public String apply(String text) {
      return Characters.without(text, c -> Character.getType(c) == Character.NON_SPACING_MARK);
    }
  }

  /** Without white space at the ends. */
  record Strip(boolean left, boolean right) implements Normalizer {
    @Override
    public String apply(String text) {
      int start = left ? Characters.skipSpace(text, 0) : 0;
      int end = right ? Characters.skipSpaceBack(text, start) : text.length();
      return text.substring(start, end);
    }
  }

  /** Every match of a pattern replaced by a text. */
  record Replace(Pattern pattern, String content) implements Normalizer {
    @Override
    public String apply(String text) {
      return pattern.matcher(text).replaceAll(java.util.regex.Matcher.quoteReplacement(content));
    }
  }

  /** A text put before what isn't empty. */
  record Prepend(String content) implements Normalizer {
    @Override
    public String apply(String text) {
      return text.isEmpty() ? text : content + text;
    }
  }

  /** BERT's cleaning (Devlin et al. 2018). */
  record Bert(boolean clean, boolean spaceIdeographs, boolean stripAccents, boolean lowercase)
      implements Normalizer {
    @Override
    public String apply(String text) {
      if (clean) {
        text = cleaned(text);
      }
      if (spaceIdeographs) {
        text = spaced(text);
      }
      if (stripAccents) {
        text = new StripAccents().apply(new Unicode(Form.NFD).apply(text));
      }
      return lowercase ? new Lowercase().apply(text) : text;
    }

    private static String cleaned(String text) {
      var clean = new StringBuilder(text.length());
      text.codePoints()
          .filter(c -> c != 0 && c != 0xFFFD && !Characters.control(c))
          .forEach(c -> clean.appendCodePoint(Characters.space(c) ? ' ' : c));
      return clean.toString();
    }

    private static String spaced(String text) {
      var spaced = new StringBuilder(text.length());
      text.codePoints()
          .forEach(c -> {
            if (Characters.ideograph(c)) {
              spaced.append(' ').appendCodePoint(c).append(' ');
            } else {
              spaced.appendCodePoint(c);
            }
          });
      return spaced.toString();
    }
  }
}
