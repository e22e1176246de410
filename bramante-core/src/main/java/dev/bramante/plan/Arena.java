package dev.bramante.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives offsets in one arena to ranges whose lifetimes are known: the largest first, each at the
 * lowest offset where no range that lives at the same time is.
 */
final class Arena {
  /** Ranges begin at multiples of this many elements: a cache line and the widest vector. */
  static final int ALIGNMENT = 16;

  private final Map<Storage, Integer> offsets = new IdentityHashMap<>();
  private int size;

  Arena(List<Storage> storages) {
    var placed = new ArrayList<Storage>();
    var order = new ArrayList<>(storages);
    order.sort(Comparator.comparingInt((Storage s) -> s.size).reversed());
    for (Storage storage : order) {
      int offset = lowest(storage, placed);
      offsets.put(storage, offset);
      placed.add(storage);
      placed.sort(Comparator.comparingInt(offsets::get));
      size = Math.max(size, Math.addExact(offset, rounded(storage.size)));
    }
  }

  /** The sum of all that must be there, in elements. */
  int size() {
    return size;
  }

  int offset(Storage storage) {
    return offsets.get(storage);
  }

  private int lowest(Storage storage, List<Storage> placed) {
    int offset = 0;
    for (Storage other : placed) {
      boolean together = other.first <= storage.last && storage.first <= other.last;
      int begin = offsets.get(other);
      if (together && begin < Math.addExact(offset, rounded(storage.size))) {
        offset = Math.max(offset, begin + rounded(other.size));
      }
    }
    return offset;
  }

  private static int rounded(int size) {
    return Math.addExact(size, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
