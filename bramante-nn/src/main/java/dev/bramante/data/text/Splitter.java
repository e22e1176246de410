package dev.bramante.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** How a text is divided into the pieces that become tokens independently of each other. */
sealed interface Splitter {
  /** GPT-2's pieces: contractions, words, numbers and signs with the space before, and spaces. */
  Pattern GPT2 =
      pattern("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

  /** The pieces in their order. */
  List<String> split(String text);

  /** A pattern whose classes are Unicode's. */
  static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
  }

  /** Each divides the pieces of the one before; none leaves the text whole. */
  record Sequence(List<Splitter> steps) implements Splitter {
    @Override
    public List<String> split(String text) {
      List<String> pieces = List.of(text);
      for (var step : steps) {
        pieces = pieces.stream().flatMap(piece -> step.split(piece).stream()).toList();
      }
      return pieces;
    }
  }

  /** Bytes as letters, divided by {@link #GPT2} unless another splitter has done so. */
  record Bytes(boolean spaceFirst, boolean divide) implements Splitter {
    @Override
    public List<String> split(String text) {
      if (spaceFirst && !text.isEmpty() && text.charAt(0) != ' ') {
        text = ' ' + text;
      }
      var pieces = divide ? new Match(GPT2, Join.ALONE, false).split(text) : List.of(text);
      return pieces.stream().map(ByteLevel::encode).toList();
    }
  }

  /** BERT's words: white space divides, each punctuation mark is a word. */
  record Bert() implements Splitter {
    @Override
    public List<String> split(String text) {
      var words = new ArrayList<String>();
      int start = 0;
      for (int i = 0; i < text.length(); ) {
        int c = text.codePointAt(i);
        int next = i + Character.charCount(c);
        boolean space = Characters.space(c);
        if (space || Characters.punctuation(c)) {
          add(words, text, start, i);
          add(words, text, space ? next : i, next);
          start = next;
        }
        i = next;
      }
      add(words, text, start, text.length());
      return words;
    }
  }

  /** Digits apart from other characters: in a row, or each by itself. */
  record Digits(boolean single) implements Splitter {
    private static final Pattern ONE = pattern("\\p{N}");
    private static final Pattern ROW = pattern("\\p{N}+");

    @Override
    public List<String> split(String text) {
      return new Match(single ? ONE : ROW, Join.ALONE, false).split(text);
    }
  }

  /** Where the matches of a pattern go. */
  enum Join {
    /** Nowhere. */
    REMOVED,
    /** Each is a piece. */
    ALONE,
    /** To the end of the piece before. */
    PREVIOUS,
    /** To the beginning of the piece after. */
    NEXT,
    /** Those in a row are a piece. */
    TOGETHER
  }

  /**
   * At the matches of a pattern.
   *
   * @param inverted whether what lies between the matches counts as a match, and the reverse
   */
  record Match(Pattern pattern, Join join, boolean inverted) implements Splitter {
    @Override
    public List<String> split(String text) {
      return joined(text, parts(text));
    }

    /**
     * Ends of parts that are matches by turns with ends of parts that aren't; each may be empty.
     */
    private record Part(int start, int end, boolean match) {}

    private List<Part> parts(String text) {
      var parts = new ArrayList<Part>();
      int start = 0;
      for (var matcher = pattern.matcher(text); matcher.find(); ) {
        if (matcher.end() == matcher.start()) {
          continue;
        }
        if (matcher.start() > start) {
          parts.add(new Part(start, matcher.start(), inverted));
        }
        parts.add(new Part(matcher.start(), matcher.end(), !inverted));
        start = matcher.end();
      }
      if (start < text.length()) {
        parts.add(new Part(start, text.length(), inverted));
      }
      return parts;
    }

    private List<String> joined(String text, List<Part> parts) {
      var pieces = new ArrayList<String>();
      int start = 0; // of the piece that is being made
      boolean open = false; // whether the next part may be joined to it
      boolean matched = false; // whether its last part was a match
      for (var part : parts) {
        boolean joins =
            open
                && switch (join) {
                  case REMOVED, ALONE -> false;
                  case PREVIOUS -> part.match() && !matched;
                  case NEXT -> matched && !part.match();
                  case TOGETHER -> matched && part.match();
                };
        if (!joins) {
          if (open) {
            add(pieces, text, start, part.start());
          }
          start = part.start();
        }
        open = !(part.match() && join == Join.REMOVED);
        matched = part.match();
      }
      if (open) {
        add(pieces, text, start, text.length());
      }
      return pieces;
    }
  }

  private static void add(List<String> pieces, String text, int start, int end) {
    if (end > start) {
      pieces.add(text.substring(start, end));
    }
  }
}
