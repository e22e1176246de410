package dev.bramante.data.text;

import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
import java.util.Arrays;
import java.util.List;

/**
 * Texts in windows of equal length without padding: inputs [N, T], and as targets the token that
 * follows each (section 3.2).
 */
public final class PackedText implements TokenBatches {
  private final Tokens tokens;
  private final int length;
  private final int batch;
  private final Order order;
  private final int[] window;

  /** Which windows a batch has. */
  private sealed interface Order permits ByChance, InTurn {
    /** How many there are. */
    long windows();

    /** Where a window begins; its targets are one further. */
    long start(long epoch, long number);
  }

  /** In a new order each epoch, and at other places of the text. */
  private record ByChance(long windows, int length, int places, long seed) implements Order {
    @Override
    public long start(long epoch, long number) {
      long key = SplitMix.key(seed, epoch);
      int shift = SplitMix.bounded(SplitMix.bits(key, 0), places);
      return shift + new Permutation(windows, key).at(number) * length;
    }
  }

  /** From the beginning to the end. */
  private record InTurn(long windows, int length) implements Order {
    @Override
    public long start(long epoch, long number) {
      return number * length;
    }
  }

  private PackedText(Tokens tokens, int length, int batch, Order order) {
    this.tokens = tokens;
    this.length = length;
    this.batch = batch;
    this.order = order;
    this.window = new int[length + 1];
  }

  /**
   * To learn from: each epoch divides the text at other places, and goes through the windows in
   * another order. What is left at the end, less than a batch, is left out.
   *
   * @param length tokens of a window
   * @param batch windows of a batch
   * @throws IllegalArgumentException if the text is shorter than a batch
   */
  public static PackedText training(Tokens tokens, int length, int batch, long seed) {
    check(length, batch);
    long targets = tokens.size() - 1;
    // With room for it, the first window begins at any of the first tokens.
    long windows = Math.max(targets / length - 1, Math.min(targets / length, batch));
    if (windows < batch) {
      throw new IllegalArgumentException(
          "the text has %,d tokens, a batch of %d times %d needs %,d; choose less, or a longer text"
              .formatted(tokens.size(), batch, length, (long) batch * length + 1));
    }
    int places = (int) (targets - windows * length + 1);
    return new PackedText(tokens, length, batch, new ByChance(windows, length, places, seed));
  }

  /**
   * To measure by: the whole text in its order. The first token is predicted from nothing, so it is
   * no target; the targets of a last partial window and batch are {@link TokenBatch#IGNORED}.
   *
   * @throws IllegalArgumentException if the text has less than two tokens
   */
  public static PackedText inOrder(Tokens tokens, int length, int batch) {
    check(length, batch);
    if (tokens.size() < 2) {
      throw new IllegalArgumentException("a text of one token has nothing to predict");
    }
    return new PackedText(
        tokens, length, batch, new InTurn(Math.ceilDiv(tokens.size() - 1, length), length));
  }

  private static void check(int length, int batch) {
    if (length < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "%d windows of %d tokens are no batch".formatted(batch, length));
    }
  }

  @Override
  public List<List<Shape>> shapes() {
    return List.of(List.of(Shape.of(batch, length)));
  }

  @Override
  public int count() {
    return Math.toIntExact(
        switch (order) {
          case ByChance chance -> chance.windows / batch;
          case InTurn turn -> Math.ceilDiv(turn.windows, batch);
        });
  }

  @Override
  public long characters() {
    return Math.round(charactersPerToken() * predicted());
  }

  /** What a token stands for on average. */
  public double charactersPerToken() {
    return (double) tokens.characters() / tokens.size();
  }

  /** The targets of an epoch. */
  private long predicted() {
    return switch (order) {
      case ByChance chance -> (long) count() * batch * length;
      case InTurn turn -> tokens.size() - 1;
    };
  }

  @Override
  public void fill(long epoch, int index, TokenBatch filled) {
    filled.shape(0);
    int[] inputs = filled.input(0);
    int[] targets = filled.targets();
    Arrays.fill(inputs, 0);
    Arrays.fill(targets, TokenBatch.IGNORED);
    for (int row = 0; row < batch; row++) {
      long number = (long) index * batch + row;
      if (number < order.windows()) {
        long start = order.start(epoch, number);
        int count = (int) Math.min(length, tokens.size() - 1 - start);
        tokens.read(start, window, 0, count + 1);
        System.arraycopy(window, 0, inputs, row * length, count);
        System.arraycopy(window, 1, targets, row * length, count);
      }
    }
  }
}
