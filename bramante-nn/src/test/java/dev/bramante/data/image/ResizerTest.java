package dev.bramante.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.data.SampleRandom;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizerTest {
  private static final SampleRandom NONE = new SampleRandom(0, 0, 0);

  @ParameterizedTest
  @CsvSource({"20,15", "61,10", "7,47", "97,80", "1,1", "61,46"})
  void scalesAsPillowDoes(int width, int height) throws IOException {
    RgbImage source = ImageDecoder.read(Ppm.resource("scaled.png"), "scaled.png");
    for (Resampling filter : Resampling.values()) {
      String name = filter.name().toLowerCase(Locale.ROOT);
      RgbImage expected = Ppm.read("scaled-" + name + "-" + width + "x" + height + ".ppm");
      RgbImage scaled = Resizer.resize(source, width, height, filter);
      assertEquals(0, Ppm.difference(expected, scaled), name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "100, 100, 32, 32, 32",
    "100, 60, 32, 53, 32",
    "60, 100, 32, 32, 53",
    "500, 375, 256, 341, 256",
    "1, 9, 2, 2, 18"
  })
  void theShorterSideGetsTheSize(int width, int height, int size, int toWidth, int toHeight) {
    var scaled =
        new ResizeShorter(size, Resampling.BILINEAR).apply(RgbImage.black(width, height), NONE);
    assertEquals(toWidth + " x " + toHeight, scaled.width() + " x " + scaled.height());
  }

  @Test
  void aStripIsNotMadeIntoAHugePicture() {
    var resize = new ResizeShorter(256, Resampling.BILINEAR);
    assertEquals(
        "a picture of 50000 × 1 pixels is too long to be scaled to 256",
        assertThrows(
                IllegalArgumentException.class, () -> resize.apply(RgbImage.black(1, 50_000), NONE))
            .getMessage());
  }

  @Test
  void theMiddleIsCutOut() {
    RgbImage wide = numbered(7, 3);
    RgbImage middle = new CenterCrop(3).apply(wide, NONE);
    assertEquals(2, middle.rgb()[0]);
    assertEquals(2 + 7 * 2 + 2, middle.rgb()[3 * 8]);
  }

  @Test
  void aHalfPixelGoesToTheEvenOneAsInTorchvision() {
    assertEquals(0, new CenterCrop(2).apply(numbered(3, 2), NONE).rgb()[0]); // 0.5 is 0
    assertEquals(2, new CenterCrop(2).apply(numbered(5, 2), NONE).rgb()[0]); // 1.5 is 2
  }

  @Test
  void aSmallPictureGetsABlackMargin() {
    RgbImage padded = new CenterCrop(4).apply(numbered(2, 2), NONE);
    int[] first = new int[16];
    for (int i = 0; i < 16; i++) {
      first[i] = padded.rgb()[3 * i];
    }
    assertArrayEquals(new int[] {0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 3, 0, 0, 0, 0, 0}, first);
  }

  /** All channels of a pixel have its number. */
  static RgbImage numbered(int width, int height) {
    var image = RgbImage.black(width, height);
    for (int i = 0; i < image.rgb().length; i++) {
      image.rgb()[i] = (byte) (i / 3);
    }
    return image;
  }
}
