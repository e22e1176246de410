package dev.bramante.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Finds the EXIF block in files that consist of chunks: PNG (specification, third edition, section
 * 11.3.3.8) and WebP (RFC 9649, section 2.7).
 */
final class ExifChunk {
  private static final int PNG_SIGNATURE = 8;
  private static final int PNG_CHECKSUM = 4;
  private static final int RIFF_HEADER = 12;

  /** Bytes of a chunk before its content: its length and its name, or the other way round. */
  private static final int HEAD = 8;

  /** Some programs keep the head of JPEG's segment. */
  private static final byte[] SEGMENT = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  private ExifChunk() {}

  /** How the camera of a PNG file was held; upright if it doesn't say. */
  static Orientation ofPng(byte[] file) {
    ByteBuffer chunks = ByteBuffer.wrap(file);
    long at = PNG_SIGNATURE;
    while (at + HEAD <= file.length) {
      long length = Integer.toUnsignedLong(chunks.getInt((int) at));
      if (isNamed(file, (int) at + 4, "eXIf")) {
        return block(file, at + HEAD, length);
      }
      at += HEAD + length + PNG_CHECKSUM;
    }
    return Orientation.UPRIGHT;
  }

  /** How the camera of a WebP file was held; upright if it doesn't say. */
  static Orientation ofWebp(byte[] file) {
    ByteBuffer chunks = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long at = RIFF_HEADER;
    while (at + HEAD <= file.length) {
      long length = Integer.toUnsignedLong(chunks.getInt((int) at + 4));
      if (isNamed(file, (int) at, "EXIF")) {
        return block(file, at + HEAD, length);
      }
      at += HEAD + length + (length & 1);
    }
    return Orientation.UPRIGHT;
  }

  private static Orientation block(byte[] file, long from, long length) {
    if (from + length > file.length) {
      return Orientation.UPRIGHT;
    }
    ByteBuffer block = ByteBuffer.wrap(file, (int) from, (int) length).slice();
    boolean headed = block.limit() >= SEGMENT.length && startsWith(block, SEGMENT);
    return Orientation.ofExif(
        headed ? block.slice(SEGMENT.length, block.limit() - SEGMENT.length) : block);
  }

  private static boolean startsWith(ByteBuffer block, byte[] magic) {
    return block.slice(0, magic.length).equals(ByteBuffer.wrap(magic));
  }

  private static boolean isNamed(byte[] file, int at, String name) {
    return name.equals(new String(file, at, name.length(), StandardCharsets.ISO_8859_1));
  }
}
