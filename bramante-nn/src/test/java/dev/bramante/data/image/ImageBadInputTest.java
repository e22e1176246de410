package dev.bramante.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageBadInputTest {
  private static String refusal(byte[] content) {
    return assertThrows(FileFormatException.class, () -> ImageDecoder.read(content, "x"))
        .getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "color.png",
        "palette.png",
        "color.bmp",
        "palette.gif",
        "lossless.webp",
        "lossy.webp",
        "half.jpg",
        "progressive.jpg",
        "cmyk.jpg"
      })
  void truncatedPicturesAreRefused(String name) throws IOException {
    byte[] sound = Ppm.resource(name);
    for (int tenth = 1; tenth <= 9; tenth++) {
      byte[] cut = Arrays.copyOf(sound, sound.length * tenth / 10);
      String message = refusal(cut);
      assertTrue(message.startsWith("x: "), message);
    }
  }

  @Test
  void whatIsNoImageIsRefused() {
    assertEquals("x: the file is empty; get it again", refusal(new byte[0]));
    assertEquals(
        "x: this is no image; JPEG, PNG, BMP, GIF and WebP are read",
        refusal("<svg></svg>".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void theNameSaysNothingAboutTheType() throws IOException {
    RgbImage read = ImageDecoder.read(Ppm.resource("color.png"), "photo.jpg");
    assertEquals(0, Ppm.difference(Ppm.read("color.png.ppm"), read));
  }

  @Test
  void aBombIsRefusedByItsDeclaredSize() throws IOException {
    assertEquals(
        "x: the picture has 100000 × 100000 pixels; at most "
            + mostPixels()
            + " are read; scale it down",
        refusal(png(100_000, 100_000)));
  }

  @Test
  void aPictureWithoutPixelsIsRefused() throws IOException {
    assertTrue(refusal(png(0, 5)).startsWith("x: "));
    assertTrue(refusal(png(5, 0)).startsWith("x: "));
  }

  private static long mostPixels() {
    return Math.min(64_000_000, Runtime.getRuntime().maxMemory() / 4 / 12);
  }

  /** The sound picture with other declared sizes. */
  private static byte[] png(int width, int height) throws IOException {
    byte[] content = Ppm.resource("color.png");
    var crc = new CRC32();
    ByteBuffer.wrap(content).putInt(16, width).putInt(20, height);
    crc.update(content, 12, 17);
    ByteBuffer.wrap(content).putInt(29, (int) crc.getValue());
    return content;
  }

  @Test
  void filesThatCannotBeReadAreNamed(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("none.png");
    assertEquals(
        missing + ": there is no such file; check the path",
        assertThrows(IOException.class, () -> ImageDecoder.read(missing)).getMessage());
    assertEquals(
        folder + ": this is a folder; name a file in it",
        assertThrows(IOException.class, () -> ImageDecoder.read(folder)).getMessage());
    Path sound = Files.write(folder.resolve("a.gif"), Ppm.resource("color.png"));
    assertEquals(23, ImageDecoder.read(sound).width());
  }
}
