package dev.bramante.data.text;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.InputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Tokens in a file, two bytes each if the vocabulary allows, otherwise four: read where they are
 * needed, so that texts may be larger than memory. {@link TokenFileHeader} stands before them.
 */
public final class TokenFile implements Tokens {
  private final Path path;
  private final TokenFileHeader header;
  private final FileChannel channel;

  private TokenFile(Path path, TokenFileHeader header, FileChannel channel) {
    this.path = path;
    this.header = header;
    this.channel = channel;
  }

  /**
   * Opens a file of tokens.
   *
   * @param tokenizer what they must have been made with
   * @throws FileFormatException if it isn't such a file, isn't whole, or another tokenizer made it
   */
  public static TokenFile open(Path path, Tokenizer tokenizer) throws IOException {
    InputFile.size(path);
    var channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      TokenFileHeader header = header(path, channel);
      if (!Arrays.equals(header.tokenizer(), Tokenizers.fingerprint(tokenizer))) {
        throw new FileFormatException(
            path, "another tokenizer made these tokens", "delete the file, to make it anew");
      }
      return new TokenFile(path, header, channel);
    } catch (IOException refused) {
      channel.close();
      throw refused;
    }
  }

  /**
   * Makes a file of texts' tokens, in memory that doesn't grow with them. The file replaces another
   * only when it is whole.
   *
   * @param end a token after each text
   * @throws FileFormatException if a text isn't UTF-8
   */
  public static TokenFile write(
      Path path, Tokenizer tokenizer, List<TextSource> texts, OptionalInt end) throws IOException {
    new TokenFileWriter(tokenizer).write(path, texts, end);
    return open(path, tokenizer);
  }

  /**
   * Texts' tokens in a new file, which is gone when it is closed or the process ends.
   *
   * @param end a token after each text
   * @param folder where it is until then
   * @throws FileFormatException if a text isn't UTF-8
   */
  public static TokenFile temporary(
      Path folder, Tokenizer tokenizer, List<TextSource> texts, OptionalInt end)
      throws IOException {
    Path path = Files.createTempFile(folder, "bramante-tokens-", "");
    var channel =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    try {
      new TokenFileWriter(tokenizer).write(channel, texts, end);
      return new TokenFile(path, header(path, channel), channel);
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }

  private static TokenFileHeader header(Path path, FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(TokenFileHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {}
    return TokenFileHeader.read(path, channel.size(), bytes.flip());
  }

  @Override
  public long size() {
    return header.tokens();
  }

  @Override
  public long characters() {
    return header.characters();
  }

  @Override
  public int vocabulary() {
    return header.vocabulary();
  }

  @Override
  public void read(long position, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(position, count, size());
    int width = header.width();
    var bytes = ByteBuffer.allocate(count * width).order(ByteOrder.LITTLE_ENDIAN);
    try {
      long from = TokenFileHeader.BYTES + position * width;
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, from + bytes.position()) < 0) {
          throw new FileFormatException(
              path, "the file became shorter", "delete it and begin anew");
        }
      }
      for (int i = 0; i < count; i++) {
        int id = width == 2 ? bytes.getShort(2 * i) & 0xFFFF : bytes.getInt(4 * i);
        if (id < 0 || id >= vocabulary()) {
          throw new FileFormatException(
              path, "token " + (position + i) + " isn't in the vocabulary", "delete the file");
        }
        into[offset + i] = id;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
