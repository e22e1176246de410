package dev.bramante.data.text;

import dev.bramante.data.Shuffle;
import dev.bramante.tensor.SplitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sequences sorted by length into a few shapes, and batches of one shape each. What doesn't fill a
 * batch goes with the next longer ones, so at most one batch is partial.
 */
final class Buckets {
  private static final int STEP = 8;

  private final int batch;
  private final int[] limits;
  private final List<int[]> members;
  private final boolean partial;

  /**
   * Sequences of one batch.
   *
   * @param limit the index of its length among {@link #limits}
   * @param items at most as many as a batch has
   */
  record Group(int limit, int[] items) {}

  /**
   * Sorts sequences.
   *
   * @param lengths of each
   * @param longest what no shape may exceed
   * @param most how many shapes there may be
   * @param partial whether a last partial batch counts
   */
  Buckets(int[] lengths, int longest, int batch, int most, boolean partial) {
    this.batch = batch;
    this.partial = partial;
    this.limits = limits(lengths, longest, most);
    this.members =
        IntStream.range(0, limits.length)
            .mapToObj(k ->
                IntStream.range(0, lengths.length)
                    .filter(i -> lengths[i] <= limits[k] && (k == 0 || lengths[i] > limits[k - 1]))
                    .toArray())
            .toList();
  }

  /** Lengths that equally many sequences reach, in steps that vectors like. */
  private static int[] limits(int[] lengths, int longest, int most) {
    int[] sorted = lengths.clone();
    Arrays.sort(sorted);
    return IntStream.rangeClosed(1, most)
        .map(k -> sorted[Math.max(0, (int) Math.ceilDiv((long) sorted.length * k, most) - 1)])
        .map(length -> Math.min(longest, Math.ceilDiv(length, STEP) * STEP))
        .distinct()
        .toArray();
  }

  /** The lengths of the shapes, ascending. */
  int[] limits() {
    return limits.clone();
  }

  /** The number of batches. */
  int count() {
    int items = members.stream().mapToInt(list -> list.length).sum();
    return partial ? Math.ceilDiv(items, batch) : items / batch;
  }

  /** The batches in order: by length, and as the sequences come. */
  List<Group> inOrder() {
    return groups(members);
  }

  /** The batches of an epoch: the sequences in another order each, and the batches too. */
  List<Group> byChance(long seed, long epoch) {
    long key = SplitMix.key(seed, epoch);
    List<int[]> mixed =
        IntStream.range(0, members.size())
            .mapToObj(k -> mixed(members.get(k), SplitMix.key(key, k)))
            .toList();
    List<Group> groups = groups(mixed);
    int[] order = Shuffle.permutation(groups.size(), key, -1);
    return Arrays.stream(order).mapToObj(groups::get).toList();
  }

  private static int[] mixed(int[] items, long key) {
    int[] order = Shuffle.permutation(items.length, key, 0);
    return Arrays.stream(order).map(i -> items[i]).toArray();
  }

  private List<Group> groups(List<int[]> lists) {
    var groups = new ArrayList<Group>();
    int[] left = {};
    for (int k = 0; k < lists.size(); k++) {
      int[] all = IntStream.concat(Arrays.stream(left), Arrays.stream(lists.get(k))).toArray();
      int whole = all.length / batch * batch;
      for (int i = 0; i < whole; i += batch) {
        groups.add(new Group(k, Arrays.copyOfRange(all, i, i + batch)));
      }
      left = Arrays.copyOfRange(all, whole, all.length);
    }
    if (partial && left.length > 0) {
      groups.add(new Group(lists.size() - 1, left));
    }
    return List.copyOf(groups);
  }
}
