package dev.bramante.data.text;

import dev.bramante.io.InputFile;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A text that is read piece by piece, in UTF-8, plain or compressed by gzip.
 *
 * @param name what errors call it
 * @param bytes its size as it is stored; 0 if nobody knows
 * @param opener gives its bytes from the beginning
 */
public record TextSource(String name, long bytes, Opener opener) {
  private static final int GZIP = 0x8B1F;

  /** Where a text's bytes come from. */
  @FunctionalInterface
  public interface Opener {
    /** The bytes from the beginning. */
    InputStream open() throws IOException;
  }

  /**
   * The text in a file.
   *
   * @throws IOException if there is no such file, or it may not be read
   */
  public static TextSource of(Path file) throws IOException {
    long bytes = InputFile.size(file);
    return new TextSource(file.toString(), bytes, () -> Files.newInputStream(file));
  }

  /** A text that is there already. */
  public static TextSource of(String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new TextSource(name, bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  /** A text that comes with Bramante, beside the classes of this package. */
  static TextSource resource(String name) {
    return new TextSource(name, 0, () -> openResource(name));
  }

  private static InputStream openResource(String name) throws IOException {
    InputStream in = TextSource.class.getResourceAsStream(name);
    if (in == null) {
      throw new NoSuchFileException(
          name, null, "missing from the jar of Bramante; build or install it again");
    }
    return in;
  }

  /**
   * The text from the beginning. Reading fails with a {@link dev.bramante.io.FileFormatException}
   * that names the line where it isn't UTF-8.
   */
  public BufferedReader open() throws IOException {
    var in = new PushbackInputStream(opener.open(), 2);
    try {
      byte[] first = in.readNBytes(2);
      in.unread(first);
      boolean packed = first.length == 2 && (first[0] & 0xFF | (first[1] & 0xFF) << 8) == GZIP;
      return new BufferedReader(new Utf8Reader(name, packed ? unpacked(in) : in));
    } catch (IOException failure) {
      in.close();
      throw failure;
    }
  }

  private InputStream unpacked(InputStream in) throws IOException {
    try {
      return new GZIPInputStream(in, 1 << 16);
    } catch (ZipException | EOFException damaged) {
      throw Utf8Reader.damaged(name, damaged);
    }
  }

  /** The whole text. */
  public String text() throws IOException {
    var text = new StringBuilder();
    TextChunks.read(this, text::append);
    return text.toString();
  }
}
