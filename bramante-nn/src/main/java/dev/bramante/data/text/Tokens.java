package dev.bramante.data.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** The tokens of texts, one text after the other, of which any stretch can be read. */
public interface Tokens extends AutoCloseable {
  /** How many there are. */
  long size();

  /** How many characters (Unicode code points) they stand for. */
  long characters();

  /** The size of the vocabulary: all ids are smaller. */
  int vocabulary();

  /**
   * Reads a stretch.
   *
   * @param position of the first, from 0
   * @throws java.io.UncheckedIOException if they are in a file that can't be read any more
   */
  void read(long position, int[] into, int offset, int count);

  /** Gives back what reading needs. */
  @Override
  void close() throws IOException;

  /**
   * A stretch of them.
   *
   * @param start where it begins
   * @param size how many there are
   */
  default Tokens part(long start, long size) {
    return new TokensPart(this, start, size);
  }

  /**
   * The tokens of texts, in memory.
   *
   * @param end a token after each text
   * @throws dev.bramante.io.FileFormatException if a text isn't UTF-8, or there are no tokens
   */
  static Tokens inMemory(Tokenizer tokenizer, List<TextSource> texts, OptionalInt end)
      throws IOException {
    return TokensInMemory.of(tokenizer, texts, end);
  }

  /**
   * The tokens of texts: in memory if they are small, otherwise in a file until they are closed.
   *
   * @param end a token after each text
   * @param folder where large texts' tokens go; it has to exist
   */
  static Tokens of(Tokenizer tokenizer, List<TextSource> texts, OptionalInt end, Path folder)
      throws IOException {
    boolean small = texts.stream().mapToLong(TextSource::bytes).sum() <= TokensInMemory.SMALL;
    return small
        ? inMemory(tokenizer, texts, end)
        : TokenFile.temporary(folder, tokenizer, texts, end);
  }
}
