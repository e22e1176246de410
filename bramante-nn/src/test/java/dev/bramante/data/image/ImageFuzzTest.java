package dev.bramante.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.bramante.io.FileFormatException;
import dev.bramante.io.Mutations;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged pictures give a picture or one kind of exception, and take no more memory than they may.
 */
class ImageFuzzTest {
  private static final int CASES = 400;
  private static final long MOST_PIXELS = 100_000;

  /** Decoders have tables and buffers of a fixed size beside the pixels. */
  private static final long MOST_BYTES = 16 << 20;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "color.png", "alpha.png", "palette.png", "transparent.png", "deep.png", "bits.png",
        "color.bmp", "palette.bmp", "palette.gif", "frames.gif", "lossless.webp", "alpha.webp",
        "lossy.webp", "half.jpg", "progressive.jpg", "cmyk.jpg", "gray.jpg", "turned-6.jpg",
        "turned-6.png", "turned-7.webp"
      })
  void damageIsReported(String name) throws IOException {
    byte[] sound = Ppm.resource(name);
    var random = new SplittableRandom(name.hashCode());
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < CASES; i++) {
      byte[] damaged = Mutations.mutate(sound, random);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        RgbImage image = ImageDecoder.read(damaged, name, MOST_PIXELS);
        assertTrue(image.rgb().length <= 3 * MOST_PIXELS);
      } catch (FileFormatException reported) {
        assertTrue(reported.getMessage().startsWith(name + ": "), reported.getMessage());
        assertEquals(1, reported.getMessage().lines().count(), reported.getMessage());
      } catch (RuntimeException | Error thrown) {
        throw new AssertionError("case " + i + ": " + HexFormat.of().formatHex(damaged), thrown);
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(
          allocated < MOST_BYTES,
          () -> allocated + " bytes for " + HexFormat.of().formatHex(damaged));
    }
  }
}
