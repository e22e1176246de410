package dev.bramante.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Mutations;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
  @TempDir Path folder;

  private Path write(BufferedImage image, String format) throws IOException {
    Path file = folder.resolve("picture." + format);
    assertTrue(ImageIO.write(image, format, file.toFile()));
    return file;
  }

  private static BufferedImage gray(int width, int height, int... values) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSamples(0, 0, width, height, 0, values);
    return image;
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif"})
  void grayIsKeptExactly(String format) throws IOException {
    var values = new int[27];
    var expected = new float[27];
    for (int i = 0; i < 27; i++) {
      values[i] = i * 255 / 26;
      expected[i] = values[i] / 255f;
    }
    float[] read = Images.gray(write(gray(3, 9, values), format), 9, 3);
    assertArrayEquals(expected, read, 1e-6f);
  }

  @Test
  void sixteenBitGrayIsScaled() throws IOException {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSamples(0, 0, 2, 1, 0, new int[] {65_535, 13_107});
    assertArrayEquals(new float[] {1, 0.2f}, Images.gray(write(image, "png"), 1, 2), 1e-6f);
  }

  @Test
  void coloursBecomeBrightnessOnWhite() throws IOException {
    var image = new BufferedImage(4, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 4, 1, new int[] {0xFFFF0000, 0xFF00FF00, 0x00000000, 0x80000000}, 0, 4);
    float[] read = Images.gray(write(image, "png"), 1, 4);
    assertArrayEquals(new float[] {0.299f, 0.587f, 1, 1 - 128 / 255f}, read, 1e-6f);
  }

  @Test
  void jpegIsRead() throws IOException {
    var image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      image.setRGB(i % 16, i / 16, 0x666666);
    }
    for (float value : Images.gray(write(image, "jpg"), 5, 3)) {
      assertEquals(0.4f, value, 0.01f);
    }
  }

  @Test
  void shrinkingAveragesFinePatterns() throws IOException {
    var stripes = new int[60 * 40];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = i % 2 * 255;
    }
    for (float value : Images.gray(write(gray(60, 40, stripes), "png"), 4, 6)) {
      assertEquals(0.5f, value, 0.03f);
    }
  }

  @Test
  void scalingKeepsConstantsAndInterpolatesBetween() {
    for (int from : new int[] {1, 2, 7, 28, 100}) {
      for (int to : new int[] {1, 3, 28, 207}) {
        var line = new float[from];
        Arrays.fill(line, 0.7f);
        var scaled = new float[to];
        new Scale(from, to).apply(line, 0, scaled, 0, 1);
        for (float value : scaled) {
          assertEquals(0.7f, value, 1e-6f);
        }
      }
    }
    var doubled = new float[4];
    new Scale(2, 4).apply(new float[] {0, 1}, 0, doubled, 0, 1);
    assertArrayEquals(new float[] {0, 0.25f, 0.75f, 1}, doubled, 1e-6f);
  }

  @Test
  void whatIsNoPictureIsNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("a.png"), "hello");
    assertEquals(
        text + ": this is no picture; PNG, JPEG, GIF and BMP are read",
        assertThrows(FileFormatException.class, () -> Images.gray(text, 2, 2)).getMessage());
    byte[] png = Files.readAllBytes(write(gray(3, 2, 1, 2, 3, 4, 5, 6), "png"));
    Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(png, 45));
    var refused = assertThrows(FileFormatException.class, () -> Images.gray(cut, 2, 2));
    assertTrue(
        refused.getMessage().startsWith(cut + ": the picture cannot be decoded: "),
        refused.getMessage());
  }

  @Test
  void hugePicturesAreRefusedByTheirHeader() throws IOException {
    byte[] png = Files.readAllBytes(write(gray(3, 2, 1, 2, 3, 4, 5, 6), "png"));
    var bytes = ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
    var crc = new CRC32();
    crc.update(png, 12, 17);
    bytes.putInt(29, (int) crc.getValue());
    Path file = Files.write(folder.resolve("huge.png"), png);
    var refused = assertThrows(FileFormatException.class, () -> Images.gray(file, 2, 2));
    assertTrue(
        refused.getMessage().startsWith(file + ": the picture has 60000 × 60000 pixels; at most "),
        refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void damagedFilesAreReadOrRefusedNeverElse(String format) throws IOException {
    var random = new SplittableRandom(42);
    byte[] sound = Files.readAllBytes(write(gray(3, 2, 9, 80, 7, 6, 5, 4), format));
    Path file = folder.resolve("fuzz");
    for (int i = 0; i < 1000; i++) {
      Files.write(file, Mutations.mutate(sound, random));
      try {
        assertEquals(20, Images.gray(file, 4, 5).length);
      } catch (FileFormatException expected) {
        assertTrue(expected.getMessage().startsWith(file + ": "), expected.getMessage());
      }
    }
  }
}
