package dev.bramante.data.text;

import dev.bramante.io.FileFormatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a file of tokens begins with, in little-endian numbers: eight letters, the version, the
 * bytes of a token, the size of the vocabulary, the numbers of tokens and of characters (code
 * points), and what tells the tokenizer from others.
 *
 * @param tokenizer {@link Tokenizers#fingerprint}
 */
record TokenFileHeader(int vocabulary, long tokens, long characters, byte[] tokenizer) {
  static final int BYTES = 8 + 4 * 4 + 2 * 8 + Sha256.BYTES;

  private static final byte[] LETTERS = "BRTOKENS".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  /** Bytes of a token. */
  int width() {
    return width(vocabulary);
  }

  /** Bytes of a token of a vocabulary. */
  static int width(int vocabulary) {
    return vocabulary <= 1 << 16 ? Short.BYTES : Integer.BYTES;
  }

  void write(ByteBuffer bytes) {
    bytes.put(LETTERS).putInt(VERSION).putInt(width()).putInt(vocabulary).putInt(0);
    bytes.putLong(tokens).putLong(characters).put(tokenizer);
  }

  static TokenFileHeader read(Path path, long size, ByteBuffer bytes) throws FileFormatException {
    byte[] letters = new byte[LETTERS.length];
    if (bytes.remaining() >= LETTERS.length) {
      bytes.get(letters);
    }
    if (!Arrays.equals(letters, LETTERS)) {
      throw new FileFormatException(path, "this is no file of tokens", "choose another name");
    }
    if (bytes.remaining() < BYTES - LETTERS.length) {
      throw damaged(path);
    }
    int version = bytes.getInt();
    int width = bytes.getInt();
    int vocabulary = bytes.getInt();
    bytes.getInt();
    long tokens = bytes.getLong();
    long characters = bytes.getLong();
    if (version != VERSION) {
      throw new FileFormatException(
          path,
          "tokens in version " + version + " of the format, " + VERSION + " is known",
          "delete the file, to make it anew");
    }
    byte[] tokenizer = new byte[Sha256.BYTES];
    bytes.get(tokenizer);
    var header = new TokenFileHeader(vocabulary, tokens, characters, tokenizer);
    boolean sound =
        vocabulary > 0
            && width == header.width()
            && tokens > 0
            && characters > 0
            && tokens == (size - BYTES) / width
            && (size - BYTES) % width == 0;
    if (!sound) {
      throw damaged(path);
    }
    return header;
  }

  private static FileFormatException damaged(Path path) {
    return new FileFormatException(
        path, "the file of tokens is damaged or cut off", "delete it, to make it anew");
  }
}
