package dev.bramante.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Mutations;
import dev.bramante.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
  private static final String DAMAGED = "; the file is damaged or no IDX file, get it again";

  @TempDir Path folder;

  static byte[] idx(byte[] values, int... dims) {
    var bytes = ByteBuffer.allocate(4 + 4 * dims.length + values.length);
    bytes.put((byte) 0).put((byte) 0).put((byte) 8).put((byte) dims.length);
    for (int dim : dims) {
      bytes.putInt(dim);
    }
    return bytes.put(values).array();
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] ramp(int size) {
    var values = new byte[size];
    for (int i = 0; i < size; i++) {
      values[i] = (byte) (i * 7);
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0", "5", "1x1x1", "3x0x2", "7x13x1", "2x3x4x5", "100003"})
  void readsPlainAndPacked(String dims) throws IOException {
    Shape shape = Shape.of(Arrays.stream(dims.split("x")).mapToInt(Integer::parseInt).toArray());
    byte[] content = idx(ramp(shape.size()), shape.dims());
    for (byte[] bytes : new byte[][] {content, gzip(content)}) {
      Idx read = Idx.read(Files.write(folder.resolve("x"), bytes));
      assertEquals(shape, read.shape());
      assertArrayEquals(ramp(shape.size()), read.values());
    }
  }

  @Test
  void damageIsNamed() throws IOException {
    byte[] sound = idx(ramp(6), 2, 3);
    assertMessage("the file ends too early" + DAMAGED, new byte[0]);
    assertMessage("the file ends too early" + DAMAGED, new byte[] {0, 0, 8});
    assertMessage("the file ends too early" + DAMAGED, Arrays.copyOf(sound, 11));
    assertMessage(
        "begins with 00 01, an IDX file with 00 00" + DAMAGED, new byte[] {0, 1, 8, 1, 0, 0, 0, 0});
    assertMessage(
        "has elements of type 0x0d; only unsigned bytes (0x08) are read",
        new byte[] {0, 0, 0x0D, 1, 0, 0, 0, 0});
    assertMessage("has 0 axes, not 1 to 8" + DAMAGED, idx(new byte[1]));
    assertMessage("has 255 axes, not 1 to 8" + DAMAGED, new byte[] {0, 0, 8, -1, 0, 0, 0, 0});
    assertMessage(
        "declares [2, 3], 6 bytes; it has 5" + DAMAGED, Arrays.copyOf(sound, sound.length - 1));
    assertMessage(
        "has more bytes than its shape [2, 3] declares" + DAMAGED,
        Arrays.copyOf(sound, sound.length + 1));
    assertMessage(
        "has more bytes than its shape [2, 3] declares" + DAMAGED,
        gzip(Arrays.copyOf(sound, sound.length + 1)));
    assertMessage(
        "declares [4294967295, 4294967295, 4294967295], 79228162458924105000000000000 bytes; "
            + "it has 0"
            + DAMAGED,
        idx(new byte[0], -1, -1, -1));
  }

  @Test
  void brokenCompressionIsNamed() throws IOException {
    byte[] packed = gzip(idx(ramp(600), 200, 3));
    assertMessage("the file ends too early" + DAMAGED, Arrays.copyOf(packed, packed.length / 2));
    assertMessage("the file ends too early" + DAMAGED, Arrays.copyOf(packed, 2));
    packed[packed.length - 5] ^= 1;
    assertMessage("the compression is broken (Corrupt GZIP trailer)" + DAMAGED, packed);
  }

  @Test
  void bombsAreRefusedByTheirDeclaredSize() throws IOException {
    assertMessage(
        "declares [1073741824], 1073741824 bytes; its compressed size allows at most 28888"
            + DAMAGED,
        gzip(idx(new byte[0], 1 << 30)));
    // As large as declared, but more than memory should be spent on.
    byte[] honest = gzip(idx(new byte[1001], 1001));
    assertEquals(
        "bomb.gz: declares [1001], 1001 bytes, more than half of the memory; allow more by -Xmx",
        assertThrows(
                FileFormatException.class,
                () -> Idx.read(new ByteArrayInputStream(honest), honest.length, "bomb.gz", 1000))
            .getMessage());
    assertMessage(
        "declares the shape [4294967295, 0]; no array can hold that", idx(new byte[0], -1, 0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void damagedFilesAreReadOrRefusedNeverElse(boolean packed) throws IOException {
    byte[] content = idx(ramp(3 * 5 * 7), 3, 5, 7);
    byte[] sound = packed ? gzip(content) : content;
    var random = new SplittableRandom(42);
    int refused = 0;
    for (int i = 0; i < 4000; i++) {
      try {
        Idx read = Idx.read(Mutations.mutate(sound, random), "fuzz");
        assertEquals(read.shape().size(), read.values().length);
      } catch (FileFormatException expected) {
        refused++;
        assertTrue(expected.getMessage().startsWith("fuzz: "), expected.getMessage());
      }
    }
    assertTrue(refused > 2000, refused + " of 4000 were refused");
  }

  private static void assertMessage(String expected, byte[] bytes) {
    assertEquals(
        "bad: " + expected,
        assertThrows(FileFormatException.class, () -> Idx.read(bytes, "bad")).getMessage());
  }
}
