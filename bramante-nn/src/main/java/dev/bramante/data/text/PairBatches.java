package dev.bramante.data.text;

import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pairs of texts for an encoder and a decoder (figure 5.7), those of about the same length
 * together: the source with its end [N, S], what came before in the target [N, T], and as targets
 * what comes next.
 */
public final class PairBatches implements TokenBatches {
  /** How many lengths there are at most, each of which takes a plan of its own. */
  private static final int SHAPES = 5;

  private final TokenPairs pairs;
  private final int batch;
  private final Groups groups;
  private final boolean whole;

  private PairBatches(TokenPairs pairs, int batch, Groups groups, boolean whole) {
    this.pairs = pairs;
    this.batch = batch;
    this.groups = groups;
    this.whole = whole;
  }

  /**
   * To learn from: in a new order each epoch. What is left at the end, less than a batch, is left
   * out.
   *
   * @param batch pairs of a batch
   * @throws IllegalArgumentException if there are fewer
   */
  public static PairBatches training(TokenPairs pairs, int batch, long seed) {
    Buckets buckets = buckets(pairs, batch, false);
    if (buckets.count() == 0) {
      throw new IllegalArgumentException(
          "a batch of %d is more than the %d pairs; choose a smaller batch"
              .formatted(batch, pairs.size()));
    }
    return new PairBatches(pairs, batch, Groups.byChance(buckets, seed), false);
  }

  /** To measure by: all pairs, short ones first. */
  public static PairBatches inOrder(TokenPairs pairs, int batch) {
    return new PairBatches(pairs, batch, Groups.inOrder(buckets(pairs, batch, true)), true);
  }

  private static Buckets buckets(TokenPairs pairs, int batch, boolean partial) {
    int[] lengths = IntStream.range(0, pairs.size()).map(pairs::length).toArray();
    return new Buckets(lengths, pairs.longest(), batch, SHAPES, partial);
  }

  @Override
  public List<List<Shape>> shapes() {
    return Arrays.stream(groups.buckets().limits())
        .mapToObj(length -> Shape.of(batch, length))
        .map(shape -> List.of(shape, shape))
        .toList();
  }

  @Override
  public int count() {
    return groups.buckets().count();
  }

  @Override
  public long characters() {
    return whole ? pairs.characters() : 0;
  }

  @Override
  public void fill(long epoch, int index, TokenBatch filled) {
    Buckets.Group group = groups.of(epoch, index);
    PairTokens special = pairs.special();
    filled.shape(group.limit());
    int[] source = filled.input(0);
    int[] before = filled.input(1);
    int[] targets = filled.targets();
    Arrays.fill(source, special.padding());
    Arrays.fill(before, special.padding());
    Arrays.fill(targets, TokenBatch.IGNORED);
    int length = groups.buckets().limits()[group.limit()];
    for (int row = 0; row < batch; row++) {
      int at = row * length;
      before[at] = special.begin();
      if (row >= group.items().length) {
        source[at] = special.end(); // attention needs something to look at
        continue;
      }
      int[] from = pairs.source(group.items()[row]);
      int[] to = pairs.target(group.items()[row]);
      System.arraycopy(from, 0, source, at, from.length);
      source[at + from.length] = special.end();
      System.arraycopy(to, 0, before, at + 1, to.length);
      System.arraycopy(to, 0, targets, at, to.length);
      targets[at + to.length] = special.end();
    }
  }
}
