package dev.bramante.data.text;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tokens that are found in a text as they are, before it is split: {@code [MASK]} and the like. */
final class AddedTokens {
  private final Map<Integer, Token> byId = new HashMap<>();
  private final Map<String, Token> byContent = new HashMap<>();
  private final Finder raw;
  private final Finder normalized;
  private final Normalizer normalizer;

  /**
   * One of them.
   *
   * @param special whether decoding leaves it out
   * @param normalized whether it is looked for in the normalised text
   * @param left whether white space before it belongs to it
   * @param right whether white space after it belongs to it
   * @param word whether it must not touch a letter or digit
   */
  record Token(
      int id,
      String content,
      boolean special,
      boolean normalized,
      boolean left,
      boolean right,
      boolean word) {}

  /** What is done with the text between tokens, and with the tokens. */
  interface Reader {
    /** Takes a piece of text. */
    void text(String text);

    /** Takes a token. */
    void token(int id);
  }

  AddedTokens(List<Token> tokens, Normalizer normalizer) {
    for (var token : tokens) {
      byId.put(token.id(), token);
      byContent.put(token.content(), token);
    }
    raw = new Finder(tokens.stream().filter(t -> !t.normalized()).toList(), t -> t);
    normalized = new Finder(tokens.stream().filter(Token::normalized).toList(), normalizer::apply);
    this.normalizer = normalizer;
  }

  /** Reads a text: tokens that are found in it, and normalised text between them. */
  void read(String text, Reader reader) {
    raw.read(
        text, reader, between -> normalized.read(normalizer.apply(between), reader, reader::text));
  }

  /** The token of an id, or null. */
  Token token(int id) {
    return byId.get(id);
  }

  /** The id of a content, or -1. */
  int id(String content) {
    var token = byContent.get(content);
    return token == null ? -1 : token.id();
  }

  /** One more than the largest id. */
  int size() {
    return byId.keySet().stream().mapToInt(id -> id + 1).max().orElse(0);
  }

  /** All of them by id. */
  List<Token> tokens() {
    return byId.values().stream().sorted(Comparator.comparingInt(Token::id)).toList();
  }

  /** Finds tokens: the leftmost first, of those at one place the longest. */
  private static final class Finder {
    private final Map<String, Token> tokens = new HashMap<>();
    private final Pattern pattern;

    Finder(List<Token> tokens, UnaryOperator<String> form) {
      for (var token : tokens) {
        String content = form.apply(token.content());
        if (!content.isEmpty()) {
          this.tokens.put(content, token);
        }
      }
      pattern = Pattern.compile(alternatives(this.tokens.keySet()));
    }

    private static String alternatives(Set<String> contents) {
      return contents.stream()
          .sorted(Comparator.comparingInt(String::length).reversed())
          .map(Pattern::quote)
          .collect(Collectors.joining("|"));
    }

    void read(String text, Reader reader, Consumer<String> between) {
      if (tokens.isEmpty()) {
        rest(text, 0, text.length(), between);
        return;
      }
      int done = 0;
      for (var matcher = pattern.matcher(text); matcher.find(); ) {
        var token = tokens.get(matcher.group());
        int start = matcher.start();
        int end = matcher.end();
        if (start < done || token.word() && !alone(text, start, end)) {
          continue;
        }
        if (token.left()) {
          start = done + Characters.skipSpaceBack(text.substring(done, start), 0);
        }
        if (token.right()) {
          end = Characters.skipSpace(text, end);
        }
        rest(text, done, start, between);
        reader.token(token.id());
        done = end;
      }
      rest(text, done, text.length(), between);
    }

    private static void rest(String text, int start, int end, Consumer<String> between) {
      if (end > start) {
        between.accept(text.substring(start, end));
      }
    }

    private static boolean alone(String text, int start, int end) {
      return (start == 0 || !wordly(text.codePointBefore(start)))
          && (end == text.length() || !wordly(text.codePointAt(end)));
    }

    private static boolean wordly(int c) {
      return Character.isLetterOrDigit(c) || c == '_';
    }
  }
}
