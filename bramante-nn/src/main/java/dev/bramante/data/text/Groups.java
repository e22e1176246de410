package dev.bramante.data.text;

import java.util.List;

/** The batches of buckets epoch by epoch, of which the last that was asked for is kept. */
final class Groups {
  private final Buckets buckets;
  private final boolean chance;
  private final long seed;
  private List<Buckets.Group> groups;
  private long epoch;

  private Groups(Buckets buckets, boolean chance, long seed) {
    this.buckets = buckets;
    this.chance = chance;
    this.seed = seed;
    this.groups = chance ? buckets.byChance(seed, 0) : buckets.inOrder();
  }

  /** In another order each epoch. */
  static Groups byChance(Buckets buckets, long seed) {
    return new Groups(buckets, true, seed);
  }

  /** The same in each epoch, short ones first. */
  static Groups inOrder(Buckets buckets) {
    return new Groups(buckets, false, 0);
  }

  Buckets buckets() {
    return buckets;
  }

  Buckets.Group of(long asked, int index) {
    if (chance && asked != epoch) {
      groups = buckets.byChance(seed, asked);
      epoch = asked;
    }
    return groups.get(index);
  }
}
