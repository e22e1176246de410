package dev.bramante.data.text;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/** Tokens in an array. */
final class TokensInMemory implements Tokens {
  /** Bytes of text whose tokens take no more memory than a model of a laptop's size. */
  static final long SMALL = 64L << 20;

  private final int[] ids;
  private final long characters;
  private final int vocabulary;

  private TokensInMemory(int[] ids, long characters, int vocabulary) {
    this.ids = ids;
    this.characters = characters;
    this.vocabulary = vocabulary;
  }

  static Tokens of(Tokenizer tokenizer, List<TextSource> texts, OptionalInt end)
      throws IOException {
    var list = new IntList();
    var reading = new TextReading(tokenizer, list::add);
    reading.read(texts, end);
    return new TokensInMemory(list.toArray(), reading.characters(), tokenizer.size());
  }

  @Override
  public long size() {
    return ids.length;
  }

  @Override
  public long characters() {
    return characters;
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public void read(long position, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(position, count, ids.length);
    System.arraycopy(ids, (int) position, into, offset, count);
  }

  @Override
  public void close() {}
}
