package dev.bramante.data.text;

import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Texts with gaps to fill in (Devlin et al. 2018): windows [CLS] … [SEP] of equal length without
 * padding, in which 15 of 100 tokens are to be told: 80 of 100 of these are masked, 10 are another
 * token, 10 stay. Special tokens are neither.
 */
public final class MaskedText implements TokenBatches {
  private static final double SHARE = 0.15;
  private static final double MASKED = 0.8;
  private static final double REPLACED = 0.1;

  private final Tokens tokens;
  private final Vocabulary vocabulary;
  private final int length;
  private final int batch;
  private final long seed;
  private final boolean chance;
  private final long windows;

  /**
   * The ids that masking needs.
   *
   * @param begin what a window begins with
   * @param end what it ends with
   * @param mask what hides a token
   * @param words the tokens that stand for text
   */
  private record Vocabulary(int begin, int end, int mask, int[] words, boolean[] special) {
    static Vocabulary of(Tokenizer tokenizer) {
      var special = new boolean[tokenizer.size()];
      for (int id = 0; id < special.length; id++) {
        special[id] = tokenizer.isSpecial(id);
      }
      int[] words = IntStream.range(0, special.length).filter(id -> !special[id]).toArray();
      return new Vocabulary(
          id(tokenizer, "[CLS]"), id(tokenizer, "[SEP]"), id(tokenizer, "[MASK]"), words, special);
    }

    private static int id(Tokenizer tokenizer, String token) {
      OptionalInt id = tokenizer.id(token);
      return id.orElseThrow(() ->
          new IllegalArgumentException(
              "the tokenizer has no token " + token + ", which masking needs"));
    }
  }

  private MaskedText(
      Tokens tokens, Tokenizer tokenizer, int length, int batch, long seed, boolean chance) {
    if (length < 3 || batch < 1) {
      throw new IllegalArgumentException(
          "%d windows of %d tokens are no batch; three are the least, with [CLS] and [SEP]"
              .formatted(batch, length));
    }
    this.tokens = tokens;
    this.vocabulary = Vocabulary.of(tokenizer);
    this.length = length;
    this.batch = batch;
    this.seed = seed;
    this.chance = chance;
    this.windows = tokens.size() / (length - 2);
    if (windows < (chance ? batch : 1)) {
      throw new IllegalArgumentException(
          "the text has %,d tokens, too few for %d windows of %d; choose less, or a longer text"
              .formatted(tokens.size(), batch, length));
    }
  }

  /**
   * To learn from: in a new order and with other gaps each epoch. What is left at the end, less
   * than a batch, is left out.
   *
   * @param tokens made by the tokenizer, without special tokens around
   * @throws IllegalArgumentException if the text is too short, or the tokenizer lacks {@code
   *     [CLS]}, {@code [SEP]} or {@code [MASK]}
   */
  public static MaskedText training(
      Tokens tokens, Tokenizer tokenizer, int length, int batch, long seed) {
    return new MaskedText(tokens, tokenizer, length, batch, seed, true);
  }

  /** To measure by: in order, with the same gaps each epoch. */
  public static MaskedText inOrder(
      Tokens tokens, Tokenizer tokenizer, int length, int batch, long seed) {
    return new MaskedText(tokens, tokenizer, length, batch, seed, false);
  }

  @Override
  public List<List<Shape>> shapes() {
    return List.of(List.of(Shape.of(batch, length)));
  }

  @Override
  public int count() {
    return Math.toIntExact(chance ? windows / batch : Math.ceilDiv(windows, batch));
  }

  @Override
  public void fill(long epoch, int index, TokenBatch filled) {
    filled.shape(0);
    int[] inputs = filled.input(0);
    Arrays.fill(filled.targets(), TokenBatch.IGNORED);
    long key = SplitMix.key(seed, chance ? epoch : 0);
    for (int row = 0; row < batch; row++) {
      long number = (long) index * batch + row;
      // Beyond the last window, the first stands once more, without targets.
      boolean counts = number < windows;
      long window = !counts ? 0 : chance ? new Permutation(windows, key).at(number) : number;
      int start = row * length;
      inputs[start] = vocabulary.begin;
      tokens.read(window * (length - 2), inputs, start + 1, length - 2);
      inputs[start + length - 1] = vocabulary.end;
      if (counts) {
        mask(inputs, filled.targets(), start + 1, SplitMix.key(key, window));
      }
    }
  }

  /** Chooses the tokens to be told, without putting one back, and hides them. */
  private void mask(int[] inputs, int[] targets, int start, long key) {
    int[] free =
        IntStream.range(start, start + length - 2)
            .filter(i -> !vocabulary.special[inputs[i]])
            .toArray();
    int wanted = Math.min(free.length, Math.max(1, (int) Math.round(SHARE * free.length)));
    for (int i = 0; i < wanted; i++) {
      int chosen = i + SplitMix.bounded(SplitMix.bits(key, 3L * i), free.length - i);
      int place = free[chosen];
      free[chosen] = free[i];
      targets[place] = inputs[place];
      double what = SplitMix.uniform(key, 3L * i + 1);
      if (what < MASKED) {
        inputs[place] = vocabulary.mask;
      } else if (what < MASKED + REPLACED) {
        int[] words = vocabulary.words;
        inputs[place] = words[SplitMix.bounded(SplitMix.bits(key, 3L * i + 2), words.length)];
      }
    }
  }
}
