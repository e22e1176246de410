package dev.bramante.data;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.InputFile;
import dev.bramante.tensor.Shape;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file of unsigned bytes in the IDX format of MNIST, plain or in gzip: two zero bytes, the
 * element type, the number of axes, their sizes as big-endian 32-bit numbers, the values.
 *
 * @param shape the shape
 * @param values the values, row-major, each from 0 to 255
 */
public record Idx(Shape shape, byte[] values) {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int MAX_RANK = 8;

  /** Deflate cannot shrink by more: 258 bytes take at least two bits. */
  private static final long MAX_COMPRESSION = 1032;

  private static final String DAMAGED = "the file is damaged or no IDX file, get it again";

  /**
   * Reads a file.
   *
   * @throws FileFormatException if it is not a sound IDX file of unsigned bytes
   * @throws IOException if it cannot be read
   */
  public static Idx read(Path file) throws IOException {
    long size = InputFile.size(file);
    try (var in = Files.newInputStream(file)) {
      return read(in, size, file.toString(), spendable());
    }
  }

  /**
   * Reads the content of a file.
   *
   * @param content all bytes
   * @param name the name for messages
   */
  public static Idx read(byte[] content, String name) throws IOException {
    return read(new ByteArrayInputStream(content), content.length, name, spendable());
  }

  private static long spendable() {
    return Runtime.getRuntime().maxMemory() / 2;
  }

  /**
   * Reads a stream.
   *
   * @param size the number of bytes in the stream
   * @param memory the most bytes to spend on the values
   */
  static Idx read(InputStream in, long size, String name, long memory) throws IOException {
    var buffered = new BufferedInputStream(in);
    try {
      buffered.mark(2);
      boolean gzip = buffered.read() == 0x1F && buffered.read() == 0x8B;
      buffered.reset();
      return gzip
          ? parse(new GZIPInputStream(buffered, 1 << 16), new Limits(size, true, memory), name)
          : parse(buffered, new Limits(size, false, memory), name);
    } catch (EOFException cut) {
      throw new FileFormatException(name, "the file ends too early", DAMAGED, cut);
    } catch (ZipException broken) {
      throw new FileFormatException(
          name, "the compression is broken (" + broken.getMessage() + ")", DAMAGED, broken);
    }
  }

  /** What a declared size is held against before memory is spent on it. */
  private record Limits(long fileSize, boolean gzip, long memory) {
    void check(String name, long[] dims) throws FileFormatException {
      double elements = 1;
      for (long dim : dims) {
        elements *= dim;
      }
      String declared =
          String.format(Locale.ROOT, "declares %s, %.0f bytes", Arrays.toString(dims), elements);
      long content = gzip ? fileSize * MAX_COMPRESSION : fileSize;
      long room = Math.max(0, content - 4 - 4L * dims.length);
      if (elements > room) {
        String has = gzip ? "; its compressed size allows at most " : "; it has ";
        throw new FileFormatException(name, declared + has + room, DAMAGED);
      }
      if (elements > memory) {
        throw new FileFormatException(
            name, declared + ", more than half of the memory", "allow more by -Xmx");
      }
    }
  }

  private static Idx parse(InputStream in, Limits limits, String name) throws IOException {
    byte[] magic = bytes(in, 4);
    if (magic[0] != 0 || magic[1] != 0) {
      throw new FileFormatException(
          name,
          String.format("begins with %02x %02x, an IDX file with 00 00", magic[0], magic[1]),
          DAMAGED);
    }
    if (magic[2] != UNSIGNED_BYTE) {
      throw new FileFormatException(
          name,
          String.format("has elements of type 0x%02x", magic[2]),
          "only unsigned bytes (0x08) are read");
    }
    int rank = Byte.toUnsignedInt(magic[3]);
    if (rank == 0 || rank > MAX_RANK) {
      throw new FileFormatException(name, "has " + rank + " axes, not 1 to " + MAX_RANK, DAMAGED);
    }
    Shape shape = shape(bytes(in, 4 * rank), limits, name);
    byte[] values = bytes(in, shape.size());
    if (in.read() != -1) {
      throw new FileFormatException(
          name, "has more bytes than its shape " + shape + " declares", DAMAGED);
    }
    return new Idx(shape, values);
  }

  private static Shape shape(byte[] sizes, Limits limits, String name) throws FileFormatException {
    var dims = new long[sizes.length / 4];
    for (int i = 0; i < sizes.length; i++) {
      dims[i / 4] = dims[i / 4] << 8 | Byte.toUnsignedInt(sizes[i]);
    }
    limits.check(name, dims);
    try {
      return Shape.of(Arrays.stream(dims).mapToInt(Math::toIntExact).toArray());
    } catch (ArithmeticException | IllegalArgumentException tooLarge) {
      throw new FileFormatException(
          name, "declares the shape " + Arrays.toString(dims), "no array can hold that", tooLarge);
    }
  }

  private static byte[] bytes(InputStream in, int count) throws IOException {
    var bytes = new byte[count];
    if (in.readNBytes(bytes, 0, count) < count) {
      throw new EOFException();
    }
    return bytes;
  }
}
