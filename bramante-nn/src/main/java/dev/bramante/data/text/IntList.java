package dev.bramante.data.text;

import java.util.Arrays;

/** Numbers of which more may be added. */
final class IntList {
  private static final int MOST = Integer.MAX_VALUE - 64;

  private int[] values = new int[1024];
  private int size;

  void add(int... more) {
    long wanted = (long) size + more.length;
    if (wanted > MOST) {
      throw new IllegalArgumentException(
          "more than " + MOST + " tokens don't fit in memory; keep them in a file");
    }
    if (wanted > values.length) {
      long grown = Math.max(wanted, values.length + (values.length >> 1));
      values = Arrays.copyOf(values, (int) Math.min(grown, MOST));
    }
    System.arraycopy(more, 0, values, size, more.length);
    size += more.length;
  }

  int size() {
    return size;
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
