package dev.bramante.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExifChunkTest {
  private static final Orientation TURNED = Orientation.of(6);

  /** A big-endian block whose first directory has the orientation alone. */
  private static byte[] block(String head) {
    return ByteBuffer.allocate(head.length() + 26)
        .put(bytes(head + "MM\0*"))
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 274)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) 6)
        .array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] png(byte[] exif) {
    return ByteBuffer.allocate(8 + 15 + 12 + exif.length)
        .put(bytes("\u0089PNG\r\n\u001A\n"))
        .putInt(3)
        .put(bytes("tEXtabc"))
        .putInt(0)
        .putInt(exif.length)
        .put(bytes("eXIf"))
        .put(exif)
        .array();
  }

  private static byte[] webp(byte[] exif) {
    return ByteBuffer.allocate(12 + 12 + 8 + exif.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(bytes("RIFF\0\0\0\0WEBP"))
        .put(bytes("VP8L"))
        .putInt(3)
        .put(new byte[4])
        .put(bytes("EXIF"))
        .putInt(exif.length)
        .put(exif)
        .array();
  }

  @Test
  void isFoundBehindOtherChunks() {
    for (String head : new String[] {"", "Exif\0\0"}) {
      assertEquals(TURNED, ExifChunk.ofPng(png(block(head))), head);
      assertEquals(TURNED, ExifChunk.ofWebp(webp(block(head))), head);
    }
  }

  @Test
  void isPassedOverWhereTheFileEndsBeforeIt() {
    byte[] png = png(block(""));
    byte[] webp = webp(block(""));
    for (int length = 0; length < webp.length; length++) {
      assertEquals(Orientation.UPRIGHT, ExifChunk.ofWebp(Arrays.copyOf(webp, length)));
    }
    for (int length = 0; length < png.length - 4; length++) { // its checksum doesn't matter
      assertEquals(Orientation.UPRIGHT, ExifChunk.ofPng(Arrays.copyOf(png, length)));
    }
  }

  @Test
  void lengthsAreNotTrusted() {
    byte[] png = png(block(""));
    byte[] webp = webp(block(""));
    Arrays.fill(png, 8, 12, (byte) 0xFF);
    Arrays.fill(webp, 16, 20, (byte) 0xFF);
    assertEquals(Orientation.UPRIGHT, ExifChunk.ofPng(png));
    assertEquals(Orientation.UPRIGHT, ExifChunk.ofWebp(webp));
    for (byte[] exif : new byte[][] {{}, {'M'}, bytes("Exif\0\0"), bytes("Exif\0\0MM")}) {
      assertEquals(Orientation.UPRIGHT, ExifChunk.ofPng(png(exif)));
      assertEquals(Orientation.UPRIGHT, ExifChunk.ofWebp(webp(exif)));
    }
  }
}
