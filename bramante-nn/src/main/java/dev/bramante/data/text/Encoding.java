package dev.bramante.data.text;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a model reads: token ids, and for each the number of the text that it belongs to (BERT's
 * token types).
 */
public final class Encoding {
  private final int[] ids;
  private final int[] types;

  Encoding(int[] ids, int[] types) {
    this.ids = ids;
    this.types = types;
  }

  /** A text of one type. */
  static Encoding of(int[] ids, int type) {
    var types = new int[ids.length];
    Arrays.fill(types, type);
    return new Encoding(ids, types);
  }

  /** The encodings one after the other. */
  static Encoding concat(Iterable<Encoding> parts) {
    var ids = IntStream.builder();
    var types = IntStream.builder();
    for (Encoding part : parts) {
      Arrays.stream(part.ids).forEach(ids);
      Arrays.stream(part.types).forEach(types);
    }
    return new Encoding(ids.build().toArray(), types.build().toArray());
  }

  /** The token ids. */
  public int[] ids() {
    return ids.clone();
  }

  /** For each id 0 for the first text, 1 for the second. */
  public int[] types() {
    return types.clone();
  }

  /** The number of ids. */
  public int length() {
    return ids.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Encoding that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(types, that.types);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(types);
  }

  @Override
  public String toString() {
    return Arrays.toString(ids);
  }
}
