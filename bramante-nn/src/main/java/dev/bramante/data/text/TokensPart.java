package dev.bramante.data.text;

import java.io.IOException;
import java.util.Objects;

/**
 * A stretch of tokens. How many characters these stand for is worked out by proportion.
 *
 * @param whole the tokens that it is a part of
 * @param start where it begins
 * @param size how many there are
 */
record TokensPart(Tokens whole, long start, long size) implements Tokens {
  TokensPart {
    Objects.checkFromIndexSize(start, size, whole.size());
  }

  @Override
  public long characters() {
    return Math.round((double) whole.characters() * size / whole.size());
  }

  @Override
  public int vocabulary() {
    return whole.vocabulary();
  }

  @Override
  public void read(long position, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(position, count, size);
    whole.read(start + position, into, offset, count);
  }

  @Override
  public void close() throws IOException {
    whole.close();
  }
}
