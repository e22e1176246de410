package dev.bramante.data.text;

import java.util.Arrays;
import java.util.List;

/**
 * The ids that a translator needs beside those of texts.
 *
 * @param padding fills up short sequences, and is not seen by attention
 * @param begin what a target begins with
 * @param end what source and target end with
 */
public record PairTokens(int padding, int begin, int end) {
  /** The tokens that a tokenizer needs for this. */
  public static final List<String> NAMES = List.of("<pad>", "<s>", "</s>");

  /**
   * Those of a tokenizer.
   *
   * @throws IllegalArgumentException if it lacks one of {@link #NAMES}
   */
  public static PairTokens of(Tokenizer tokenizer) {
    int[] ids =
        NAMES.stream()
            .mapToInt(name ->
                tokenizer
                    .id(name)
                    .orElseThrow(() ->
                        new IllegalArgumentException(
                            "the tokenizer has no token "
                                + name
                                + "; a translator's needs "
                                + String.join(", ", NAMES))))
            .toArray();
    return new PairTokens(ids[0], ids[1], ids[2]);
  }

  /** A text as a translator's source: its ids, and the end. */
  public int[] source(Tokenizer tokenizer, String text) {
    int[] ids = tokenizer.encode(text);
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = end;
    return ended;
  }
}
