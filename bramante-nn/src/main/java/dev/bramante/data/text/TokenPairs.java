package dev.bramante.data.text;

import dev.bramante.io.FileFormatException;
import java.util.Arrays;
import java.util.List;

/** Pairs of texts as tokens, in one array. */
public final class TokenPairs {
  private final PairTokens special;
  private final int longest;
  private final int[] ids;
  private final int[] ends; // of source and target by turns
  private final int leftOut;
  private final long characters;

  private TokenPairs(
      PairTokens special, int longest, int[] ids, int[] ends, int leftOut, long characters) {
    this.special = special;
    this.longest = longest;
    this.ids = ids;
    this.ends = ends;
    this.leftOut = leftOut;
    this.characters = characters;
  }

  /** Pairs that are too long. */
  public enum TooLong {
    /** They are counted and left out. */
    LEFT_OUT,
    /** They are an error. */
    REFUSED
  }

  /**
   * Turns texts into tokens.
   *
   * @param name what errors call them
   * @param longest tokens of a side with its end
   * @throws FileFormatException if no pair is short enough, or one is refused
   */
  public static TokenPairs of(
      String name,
      List<TextPair> pairs,
      Tokenizer tokenizer,
      PairTokens special,
      int longest,
      TooLong tooLong)
      throws FileFormatException {
    var reading = new Reading(name, tokenizer, longest, tooLong);
    for (TextPair pair : pairs) {
      reading.add(pair);
    }
    return reading.pairs(special);
  }

  private static final class Reading {
    private final String name;
    private final Tokenizer tokenizer;
    private final int longest;
    private final TooLong tooLong;
    private final IntList ids = new IntList();
    private final IntList ends = new IntList();
    private int leftOut;
    private long characters;

    Reading(String name, Tokenizer tokenizer, int longest, TooLong tooLong) {
      this.name = name;
      this.tokenizer = tokenizer;
      this.longest = longest;
      this.tooLong = tooLong;
    }

    void add(TextPair pair) throws FileFormatException {
      int[] source = tokenizer.encode(pair.source());
      int[] target = tokenizer.encode(pair.target());
      int length = Math.max(source.length, target.length) + 1;
      if (length > longest) {
        if (tooLong == TooLong.REFUSED) {
          throw new FileFormatException(
              name,
              "line %d: the pair has %d tokens a side, %d are allowed"
                  .formatted(pair.line(), length, longest),
              "shorten it, leave it out, or allow longer ones");
        }
        leftOut++;
        return;
      }
      for (int[] side : new int[][] {source, target}) {
        ids.add(side);
        ends.add(ids.size());
      }
      characters += pair.target().codePointCount(0, pair.target().length());
    }

    TokenPairs pairs(PairTokens special) throws FileFormatException {
      if (ends.size() == 0) {
        throw new FileFormatException(
            name, "all pairs have more than " + longest + " tokens a side", "allow longer ones");
      }
      return new TokenPairs(special, longest, ids.toArray(), ends.toArray(), leftOut, characters);
    }
  }

  /** The number of pairs. */
  public int size() {
    return ends.length / 2;
  }

  /** How many pairs were too long. */
  public int leftOut() {
    return leftOut;
  }

  /** Code points of all targets. */
  long characters() {
    return characters;
  }

  PairTokens special() {
    return special;
  }

  /** The most tokens that a side may have with its end. */
  int longest() {
    return longest;
  }

  /** Tokens of the longer side with its end. */
  int length(int pair) {
    return Math.max(end(2 * pair) - end(2 * pair - 1), end(2 * pair + 1) - end(2 * pair)) + 1;
  }

  /** The tokens of a source, without its end. */
  int[] source(int pair) {
    return Arrays.copyOfRange(ids, end(2 * pair - 1), end(2 * pair));
  }

  /** The tokens of a target, without beginning and end. */
  int[] target(int pair) {
    return Arrays.copyOfRange(ids, end(2 * pair), end(2 * pair + 1));
  }

  private int end(int index) {
    return index < 0 ? 0 : ends[index];
  }
}
