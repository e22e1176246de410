package dev.bramante.data.text;

import dev.bramante.io.AtomicFile;
import dev.bramante.io.FileFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Writes texts as tokens: the header last, when the numbers are known. */
final class TokenFileWriter {
  private final Tokenizer tokenizer;
  private final boolean narrow;
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);

  TokenFileWriter(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.narrow = TokenFileHeader.width(tokenizer.size()) == Short.BYTES;
  }

  void write(Path path, List<TextSource> texts, OptionalInt end) throws IOException {
    try {
      AtomicFile.write(
          path,
          channel -> {
            try {
              write(channel, texts, end);
            } catch (FileFormatException unsound) {
              // The fault is a text's, not that of the file which is being written.
              throw new UncheckedIOException(unsound);
            }
          });
    } catch (UncheckedIOException unsound) {
      throw unsound.getCause();
    }
  }

  /** Writes them to an empty file. */
  void write(FileChannel channel, List<TextSource> texts, OptionalInt end) throws IOException {
    channel.position(TokenFileHeader.BYTES);
    var reading = new TextReading(tokenizer, ids -> put(channel, ids));
    reading.read(texts, end);
    flush(channel);
    channel.position(0);
    new TokenFileHeader(
            tokenizer.size(),
            reading.tokens(),
            reading.characters(),
            Tokenizers.fingerprint(tokenizer))
        .write(bytes);
    flush(channel);
  }

  private void put(FileChannel channel, int[] ids) throws IOException {
    for (int id : ids) {
      if (bytes.remaining() < Integer.BYTES) {
        flush(channel);
      }
      if (narrow) {
        bytes.putShort((short) id);
      } else {
        bytes.putInt(id);
      }
    }
  }

  private void flush(FileChannel channel) throws IOException {
    AtomicFile.writeFully(channel, bytes.flip());
    bytes.clear();
  }
}
