package dev.bramante.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static RgbImage decoded(String name) throws IOException {
    return ImageDecoder.read(Ppm.resource(name), name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "color.png",
        "alpha.png",
        "gray.png",
        "gray-alpha.png",
        "bits.png",
        "palette.png",
        "transparent.png",
        "deep.png",
        "deep-gray.png",
        "color.bmp",
        "palette.bmp",
        "gray.bmp",
        "palette.gif",
        "frames.gif",
        "lossless.webp",
        "alpha.webp",
        "turned-6.png",
        "turned-7.webp"
      })
  void losslessFormatsAreReadAsPillowReadsThem(String name) throws IOException {
    assertEquals(0, Ppm.difference(Ppm.read(name + ".ppm"), decoded(name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "half.jpg",
        "full.jpg",
        "wide.jpg",
        "progressive.jpg",
        "gray.jpg",
        "cmyk.jpg",
        "ycck.jpg",
        "rgb.jpg",
        "turned-1.jpg",
        "turned-2.jpg",
        "turned-3.jpg",
        "turned-4.jpg",
        "turned-5.jpg",
        "turned-6.jpg",
        "turned-7.jpg",
        "turned-8.jpg"
      })
  void jpegIsReadAsPillowReadsIt(String name) throws IOException {
    int difference = Ppm.difference(Ppm.read(name + ".ppm"), decoded(name));
    assertTrue(difference <= 2, name + " differs by " + difference);
  }

  @Test
  void lossyWebpHasTheBrightnessThatPillowReads() throws IOException {
    // The decoder does not interpolate colours, which have half the resolution, as libwebp does.
    RgbImage expected = Ppm.read("lossy.webp.ppm");
    RgbImage read = decoded("lossy.webp");
    var a = new float[expected.width() * expected.height()];
    var b = new float[a.length];
    expected.toFloats(a, 0, 1);
    read.toFloats(b, 0, 1);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]) * 255;
    }
    assertTrue(sum / a.length < 4, "differs by " + sum / a.length + " in the mean");
  }
}
