package dev.bramante.data.text;

import java.util.function.IntPredicate;

/** Classes of Unicode characters as the tokenizers of Rust understand them. */
final class Characters {
  private Characters() {}

  /** Unicode's White_Space. */
  static boolean space(int c) {
    return c >= 0x9 && c <= 0xD
        || c == ' '
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200A
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  /** What isn't a character to be seen, without the white space among it. */
  static boolean control(int c) {
    if (c == '\t' || c == '\n' || c == '\r') {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
      default -> false;
    };
  }

  /** ASCII's punctuation, and all of Unicode's. */
  static boolean punctuation(int c) {
    if (c < 0x80) {
      return c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** The blocks of Chinese characters that BERT takes one by one. */
  static boolean ideograph(int c) {
    return c >= 0x4E00 && c <= 0x9FFF
        || c >= 0x3400 && c <= 0x4DBF
        || c >= 0x20000 && c <= 0x2A6DF
        || c >= 0x2A700 && c <= 0x2B73F
        || c >= 0x2B740 && c <= 0x2B81F
        || c >= 0x2B920 && c <= 0x2CEAF
        || c >= 0xF900 && c <= 0xFAFF
        || c >= 0x2F800 && c <= 0x2FA1F;
  }

  /** The text without some characters. */
  static String without(String text, IntPredicate unwanted) {
    var kept = new StringBuilder(text.length());
    text.codePoints().filter(unwanted.negate()).forEach(kept::appendCodePoint);
    return kept.toString();
  }

  /** The first place from {@code start} on that isn't white space. */
  static int skipSpace(String text, int start) {
    int i = start;
    while (i < text.length() && space(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** The end of what remains when white space at the end, after {@code start}, is dropped. */
  static int skipSpaceBack(String text, int start) {
    int i = text.length();
    while (i > start && space(text.charAt(i - 1))) {
      i--;
    }
    return i;
  }
}
