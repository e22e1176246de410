package dev.bramante.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * What an attention does, and which operands follow queries, keys and values: the mask, the
 * lengths, the past, and seed and step, each if there is one.
 *
 * @param heads heads, side by side in a row
 * @param causal whether query i of a sequence sees only the keys up to past + i
 * @param scale the factor of the scores, above 0
 * @param masked whether there is a mask [B or 1, heads or 1, T or 1, S]: F32 is added to the scaled
 *     scores, BOOL says which of them count
 * @param bounded whether there are lengths, I32 [B] or [1]: how many keys of a sequence count
 * @param continued whether there is a past, I32 [B] or [1]: how many keys precede the first query
 * @param dropout the share of probabilities that is zeroed, in [0, 1)
 * @param stream the stream of random numbers
 */
public record AttentionSpec(
    int heads,
    boolean causal,
    float scale,
    boolean masked,
    boolean bounded,
    boolean continued,
    float dropout,
    int stream) {
  /** Position of the mask among the operands. */
  public int mask() {
    return 3;
  }

  /** Position of the lengths. */
  public int lengths() {
    return mask() + (masked ? 1 : 0);
  }

  /** Position of the past. */
  public int past() {
    return lengths() + (bounded ? 1 : 0);
  }

  /** Position of the seed, which the step follows. */
  public int seed() {
    return past() + (continued ? 1 : 0);
  }

  /** The number of operands. */
  public int operands() {
    return seed() + (dropout > 0 ? 2 : 0);
  }

  /** As {@code heads 12 causal}. */
  @Override
  public String toString() {
    var words = new ArrayList<>(List.of("heads " + heads, "scale " + scale));
    if (causal) {
      words.add("causal");
    }
    if (dropout > 0) {
      words.add("dropout " + dropout + " stream " + stream);
    }
    return String.join(" ", words);
  }
}
