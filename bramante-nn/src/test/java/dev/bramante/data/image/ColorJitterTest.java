package dev.bramante.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.data.SampleRandom;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColorJitterTest {
  private static RgbImage picture() throws IOException {
    return ImageDecoder.read(Ppm.resource("color.png"), "color.png");
  }

  @ParameterizedTest
  @CsvSource({
    "brightness, 0.6", "brightness, 1.4", "contrast, 0.6", "contrast, 1.4",
    "saturation, 0.6", "saturation, 1.4", "hue, -0.1", "hue, 0.3"
  })
  void coloursChangeAsInPillow(String kind, double by) throws IOException {
    RgbImage changed =
        switch (kind) {
          case "brightness" -> Colors.brightness(picture(), by);
          case "contrast" -> Colors.contrast(picture(), by);
          case "saturation" -> Colors.saturation(picture(), by);
          default -> Colors.hue(picture(), by);
        };
    int difference = Ppm.difference(Ppm.read(kind + "-" + by + ".ppm"), changed);
    assertTrue(difference <= 1, "differs by " + difference);
  }

  @Test
  void theSameNumbersGiveTheSamePicture() throws IOException {
    var jitter = new ColorJitter(0.4, 0.4, 0.4, 0.1);
    byte[] first = jitter.apply(picture(), new SampleRandom(1, 2, 3)).rgb();
    assertTrue(Arrays.equals(first, jitter.apply(picture(), new SampleRandom(1, 2, 3)).rgb()));
    assertNotEquals(
        Arrays.hashCode(first),
        Arrays.hashCode(jitter.apply(picture(), new SampleRandom(1, 3, 3)).rgb()));
  }

  @Test
  void noRangeLeavesThePicture() throws IOException {
    RgbImage same = new ColorJitter(0, 0, 0, 0).apply(picture(), new SampleRandom(1, 2, 3));
    assertEquals(0, Ppm.difference(picture(), same));
  }
}
