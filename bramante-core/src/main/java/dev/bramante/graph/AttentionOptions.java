package dev.bramante.graph;

import java.util.Optional;

/**
 * How queries see keys, beside the heads; see {@link Functions#attention}.
 *
 * @param causal whether query i of a sequence sees only the keys up to {@code past} + i
 * @param scale the factor of the scores; 1/√(elements of a head) if empty
 * @param mask [B or 1, heads or 1, T or 1, S]: F32 is added to the scaled scores, BOOL says which
 *     count. No gradient goes to it
 * @param lengths I32 [B] or [1]: the keys of each sequence that count; all if empty
 * @param past I32 [B] or [1]: the keys before the first query's, for {@code causal}; 0 if empty
 * @param dropout the share of probabilities that is zeroed
 */
public record AttentionOptions(
    boolean causal,
    Optional<Float> scale,
    Optional<Value> mask,
    Optional<Value> lengths,
    Optional<Value> past,
    float dropout) {
  /** Every query sees every key. */
  public static final AttentionOptions ALL =
      new AttentionOptions(
          false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 0);

  /** Every query sees the keys up to its own position. */
  public static final AttentionOptions CAUSAL =
      new AttentionOptions(
          true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 0);

  /** With another scale. */
  public AttentionOptions scaled(float factor) {
    return new AttentionOptions(causal, Optional.of(factor), mask, lengths, past, dropout);
  }

  /** With a mask. */
  public AttentionOptions masked(Value by) {
    return new AttentionOptions(causal, scale, Optional.of(by), lengths, past, dropout);
  }

  /** With sequences of these lengths: later keys are padding. */
  public AttentionOptions lengths(Value of) {
    return new AttentionOptions(causal, scale, mask, Optional.of(of), past, dropout);
  }

  /** After so many positions whose keys come first. */
  public AttentionOptions after(Value positions) {
    return new AttentionOptions(causal, scale, mask, lengths, Optional.of(positions), dropout);
  }

  /** With dropout of probabilities. */
  public AttentionOptions dropout(float rate) {
    return new AttentionOptions(causal, scale, mask, lengths, past, rate);
  }
}
