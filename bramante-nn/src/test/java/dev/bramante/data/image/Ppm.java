package dev.bramante.data.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the fixtures: what Pillow makes of a picture. */
final class Ppm {
  private Ppm() {}

  static byte[] resource(String name) throws IOException {
    try (var in = Ppm.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no test resource " + name);
      }
      return in.readAllBytes();
    }
  }

  static RgbImage read(String name) throws IOException {
    byte[] content = resource(name);
    String head = new String(content, 0, Math.min(40, content.length), StandardCharsets.US_ASCII);
    String[] words = head.split("\\s", 5);
    int width = Integer.parseInt(words[1]);
    int height = Integer.parseInt(words[2]);
    int size = 3 * width * height;
    return new RgbImage(
        width, height, Arrays.copyOfRange(content, content.length - size, content.length));
  }

  /** The largest difference between two pictures of one size. */
  static int difference(RgbImage a, RgbImage b) {
    if (a.width() != b.width() || a.height() != b.height()) {
      return Integer.MAX_VALUE;
    }
    int most = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      most = Math.max(most, Math.abs((a.rgb()[i] & 0xFF) - (b.rgb()[i] & 0xFF)));
    }
    return most;
  }
}
