package dev.bramante.data.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the segments of a JPEG file say about its samples.
 *
 * @param jfif whether it is in the JFIF format, whose colours are YCbCr
 * @param adobe the colour transform that an Adobe segment names: 0 for none, 1 for YCbCr, 2 for
 *     YCCK; −1 without such a segment
 * @param components the numbers of the components
 * @param orientation how the camera was held
 */
record JpegHeader(boolean jfif, int adobe, byte[] components, Orientation orientation) {
  private static final int END = 0xD9;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

  /** Where the transform stands in an Adobe segment. */
  private static final int TRANSFORM = 11;

  /**
   * Goes through all segments.
   *
   * @throws EOFException if the file ends before its picture does
   */
  static JpegHeader of(byte[] file) throws IOException {
    var header = new JpegHeader(false, -1, new byte[0], Orientation.UPRIGHT);
    int at = 2;
    while (true) {
      at = marker(file, at);
      int kind = file[at++] & 0xFF;
      if (kind == END) {
        return header;
      }
      if (isAlone(kind)) {
        continue;
      }
      if (at + 2 > file.length) {
        throw cut();
      }
      int length = (file[at] & 0xFF) << 8 | file[at + 1] & 0xFF;
      int end = at + Math.max(2, length);
      if (end > file.length) {
        throw cut();
      }
      header = header.with(kind, ByteBuffer.wrap(file, at + 2, end - at - 2).slice());
      at = end;
    }
  }

  /** The position of the next marker's second byte; skips the coded samples of a scan. */
  private static int marker(byte[] file, int from) throws EOFException {
    for (int at = from; at + 1 < file.length; at++) {
      if (file[at] == -1 && file[at + 1] != 0 && file[at + 1] != -1) {
        return at + 1;
      }
    }
    throw cut();
  }

  private static EOFException cut() {
    return new EOFException("it is truncated");
  }

  /** Restart markers, and the start of the file, have no content. */
  private static boolean isAlone(int kind) {
    return kind == 1 || kind >= 0xD0 && kind <= 0xD8;
  }

  private JpegHeader with(int kind, ByteBuffer content) {
    if (kind == APP0 && begins(content, JFIF)) {
      return new JpegHeader(true, adobe, components, orientation);
    }
    if (kind == APP14 && begins(content, ADOBE) && content.limit() > TRANSFORM) {
      return new JpegHeader(jfif, content.get(TRANSFORM), components, orientation);
    }
    if (kind == APP1 && begins(content, EXIF)) {
      ByteBuffer tiff = content.slice(EXIF.length, content.limit() - EXIF.length);
      return new JpegHeader(jfif, adobe, components, Orientation.ofExif(tiff));
    }
    if (isFrame(kind) && content.limit() >= 6) {
      var numbers = new byte[Math.min(content.get(5) & 0xFF, (content.limit() - 6) / 3)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = content.get(6 + 3 * i);
      }
      return new JpegHeader(jfif, adobe, numbers, orientation);
    }
    return this;
  }

  private static boolean begins(ByteBuffer content, byte[] magic) {
    return content.limit() >= magic.length
        && Arrays.equals(
            magic,
            0,
            magic.length,
            content.array(),
            content.arrayOffset(),
            content.arrayOffset() + magic.length);
  }

  private static boolean isFrame(int kind) {
    return kind >= 0xC0 && kind <= 0xCF && kind != 0xC4 && kind != 0xC8 && kind != 0xCC;
  }

  /** Whether three components are red, green and blue, by the rules of libjpeg. */
  boolean isRgb() {
    if (jfif) {
      return false;
    }
    if (adobe >= 0) {
      return adobe == 0;
    }
    return Arrays.equals(components, new byte[] {'R', 'G', 'B'});
  }
}
