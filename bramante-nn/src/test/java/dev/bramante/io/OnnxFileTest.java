package dev.bramante.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that onnx 1.23 wrote; make_onnx_file.py beside it says how. */
class OnnxFileTest {
  private static final Path SOUND = TorchFileTest.resource("weights.onnx");

  @TempDir private Path folder;

  private static TensorFile open(Path file) throws IOException {
    return TensorFile.open(file, Optional.empty());
  }

  private String complaint(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("bad.onnx"), content);
    String said = assertThrows(FileFormatException.class, () -> open(file)).getMessage();
    assertEquals(1, said.lines().count(), said);
    return said;
  }

  @Test
  void readsInitialisersHoweverTheyAreWritten() throws IOException {
    try (var file = open(SOUND)) {
      assertEquals(9, file.entries().size());
      assertEquals(Shape.of(2, 3), file.tensor("raw.weight").shape());
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, file.floats("raw.weight"));
      assertArrayEquals(new float[] {0, 1, 2}, file.floats("half"));
      assertArrayEquals(new float[] {0, 1, 2}, file.floats("double"));
      assertArrayEquals(new byte[] {1, 0, 1}, file.tensor("truth").booleans());
      assertArrayEquals(new long[] {7}, file.tensor("scalar").longs());
      assertArrayEquals(new float[] {0.5f, -1.5f, 2.5f, 3.5f}, file.floats("packed.floats"));
      assertArrayEquals(new long[] {-1, 300, 1L << 40}, file.tensor("packed.longs").longs());
      assertArrayEquals(new byte[] {-128, 0, 127}, (byte[]) file.tensor("packed.bytes").array());
      assertArrayEquals(new float[] {1.5f, -2}, file.floats("packed.halves"));
      assertThrows(FileFormatException.class, () -> file.floats("scalar"));
      assertThrows(FileFormatException.class, () -> file.tensor("absent"));
    }
  }

  @Test
  void isKnownByItsContent() throws IOException {
    assertEquals(FileFormat.ONNX, FileFormat.of(SOUND));
    var e =
        assertThrows(FileFormatException.class, () -> TensorFile.open(SOUND, Optional.of("model")));
    assertTrue(e.getMessage().contains("no parts to choose from"), e.getMessage());
  }

  /** A model of a graph of one initialiser, whose bytes stand as characters. */
  private static byte[] model(String tensor) {
    String graph = "*" + (char) tensor.length() + tensor;
    String model = "\b\t\u001a\5maker:" + (char) graph.length() + graph;
    return model.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    String floats = "\u0010\1B\1w"; // F32 called w
    assertTrue(complaint(model("\b\2" + floats + "J\4abcd")).contains("F32[2] has 4 bytes"));
    assertTrue(complaint(model("\b\2\u0010cB\1w")).contains("of the unread type 99"));
    assertTrue(complaint(model("\b\1" + floats + "j\0p\1")).contains("kept in another file"));
    String huge = "\b\u00ff\u00ff\u00ff\u00ff\7";
    assertTrue(complaint(model(huge + huge + floats)).contains("than a Java array can hold"));
    assertTrue(complaint(model("\b\u00ff\u00ff\u00ff\u00ff\u00ff\1")).contains("impossible size"));
    assertTrue(complaint(model("\nA" + "\1".repeat(65))).contains("more than 64 axes"));
    byte[] sound = model("\b\1" + floats + "J\4abcd");
    sound[sound.length - 5] = 99;
    assertTrue(complaint(sound).contains("a field of 99 bytes, of which 4 are left"));
  }

  @Test
  void mutatedFilesAreReadOrRefusedInWords() throws IOException {
    byte[] sound = Files.readAllBytes(SOUND);
    var random = new SplittableRandom(17);
    Path file = folder.resolve("mutated.onnx");
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      Files.write(file, Mutations.mutate(sound, random));
      refused += refuses(file) ? 1 : 0;
    }
    assertTrue(refused > 500, refused + " refused");
  }

  private static boolean refuses(Path file) {
    try (var open = open(file)) {
      for (var entry : open.entries()) {
        if (entry.type().readAs().isPresent()) {
          assertEquals(entry.shape(), open.tensor(entry.name()).shape());
        }
      }
      return false;
    } catch (IOException e) {
      assertTrue(!e.getMessage().isBlank() && e.getMessage().lines().count() == 1, e.getMessage());
      return true;
    }
  }
}
