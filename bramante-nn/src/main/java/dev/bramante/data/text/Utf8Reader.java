package dev.bramante.data.text;

import dev.bramante.io.FileFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.ZipException;

/**
 * Text of bytes that have to be UTF-8: where they aren't, the error names the line. A byte order
 * mark at the beginning is left out.
 */
final class Utf8Reader extends Reader {
  private static final char BYTE_ORDER_MARK = 0xFEFF;

  private final String name;
  private final InputStream in;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
  private final CharBuffer chars = CharBuffer.allocate(1 << 16).flip();
  private boolean ended;
  private boolean begun;
  private long line = 1;

  /**
   * Reads a stream.
   *
   * @param name what errors call it
   */
  Utf8Reader(String name, InputStream in) {
    this.name = name;
    this.in = in;
  }

  @Override
  public int read(char[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (!chars.hasRemaining() && !decode()) {
      return -1;
    }
    int count = Math.min(length, chars.remaining());
    chars.get(into, offset, count);
    return count;
  }

  /** Decodes some more characters; false at the end. */
  private boolean decode() throws IOException {
    do {
      chars.clear();
      CoderResult result = decoder.decode(bytes, chars, ended);
      chars.flip();
      for (int i = 0; i < chars.length(); i++) {
        line += chars.charAt(i) == '\n' ? 1 : 0;
      }
      if (result.isError()) {
        throw new FileFormatException(
            name, "line " + line + ": this is not UTF-8 text", "save it in that encoding");
      }
      if (!begun && chars.hasRemaining()) {
        begun = true;
        if (chars.charAt(0) == BYTE_ORDER_MARK) {
          chars.get();
        }
      }
    } while (!chars.hasRemaining() && fill());
    return chars.hasRemaining();
  }

  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    bytes.compact();
    try {
      int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
      ended = count < 0;
      bytes.position(bytes.position() + Math.max(0, count));
    } catch (ZipException | EOFException damaged) {
      throw damaged(name, damaged);
    }
    bytes.flip();
    return true;
  }

  /** What is said of compressed text that can't be unpacked. */
  static FileFormatException damaged(String name, IOException cause) {
    return new FileFormatException(
        name, "the compressed text is damaged or cut off", "get the file again", cause);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
