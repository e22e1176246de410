package dev.bramante.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistTest {
  @TempDir Path folder;

  /** A set of three training images and two test images of 2 × 2, two files plain, two packed. */
  @BeforeEach
  void writeSmallSet() throws IOException {
    byte[] pixels = {0, 51, 102, (byte) 255, 1, 2, 3, 4, 5, 6, 7, 8};
    Files.write(folder.resolve("train-images-idx3-ubyte"), IdxTest.idx(pixels, 3, 2, 2));
    Files.write(
        folder.resolve("train-labels-idx1-ubyte.gz"),
        IdxTest.gzip(IdxTest.idx(new byte[] {9, 0, 4}, 3)));
    Files.write(
        folder.resolve("t10k-images-idx3-ubyte.gz"),
        IdxTest.gzip(IdxTest.idx(new byte[8], 2, 2, 2)));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), IdxTest.idx(new byte[] {1, 1}, 2));
  }

  @Test
  void theSampleIsThere() throws IOException {
    TrainTest set = FashionMnist.embedded();
    assertEquals(5000, set.training().size());
    assertEquals(1000, set.test().size());
    assertEquals(Shape.of(28, 28, 1), set.training().inputShape());
    assertEquals("Ankle boot", set.training().classes().get(9));
    assertArrayEquals(new int[] {9, 0, 0, 3, 0, 2, 7, 2, 5, 5}, targets(set.training()));
    assertArrayEquals(new int[] {9, 2, 1, 1, 6, 1, 4, 6, 5, 7}, targets(set.test()));
    var measured = Normalization.measure(set.training());
    var published = FashionMnist.normalization();
    assertEquals(published.mean()[0], measured.mean()[0], 0.003f);
    assertEquals(published.deviation()[0], measured.deviation()[0], 0.003f);
  }

  private static int[] targets(Dataset set) {
    return IntStream.range(0, 10).map(set::target).toArray();
  }

  @Test
  void readsAFolder() throws IOException {
    TrainTest set = FashionMnist.from(folder);
    assertEquals(3, set.training().size());
    assertEquals(2, set.test().size());
    assertEquals(Shape.of(2, 2, 1), set.training().inputShape());
    assertEquals(4, set.training().target(2));
    var input = new float[6];
    set.training().input(0, input, 1);
    assertArrayEquals(new float[] {0, 0, 0.2f, 0.4f, 1, 0}, input);
  }

  @Test
  void namesTheMissingFile() throws IOException {
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
    assertEquals(
        folder
            + ": the folder lacks t10k-labels-idx1-ubyte (plain or .gz); "
            + "get all four files of the set",
        assertThrows(NoSuchFileException.class, () -> FashionMnist.from(folder)).getMessage());
    Path none = folder.resolve("none");
    assertEquals(
        none + ": there is no such folder; check the path",
        assertThrows(NoSuchFileException.class, () -> FashionMnist.from(none)).getMessage());
  }

  @Test
  void labelsOutsideTheClassesAreNamed() throws IOException {
    Path labels = folder.resolve("t10k-labels-idx1-ubyte");
    Files.write(labels, IdxTest.idx(new byte[] {9, (byte) 200}, 2));
    assertRefused(
        labels
            + ": label 1 (from 0) is 200, the classes are 0 to 9; "
            + "correct it or take a model of more classes");
  }

  @Test
  void filesThatDoNotFitAreNamed() throws IOException {
    Path labels = folder.resolve("t10k-labels-idx1-ubyte");
    Path images = folder.resolve("t10k-images-idx3-ubyte.gz");
    Files.write(labels, IdxTest.idx(new byte[3], 3));
    assertRefused(labels + ": has 3 labels, " + images + " 2 images; take both from the same set");
    Files.write(labels, IdxTest.idx(new byte[4], 2, 2));
    assertRefused(
        labels + ": has the shape [2, 2], labels have [N]; are images and labels exchanged?");
    Files.write(images, IdxTest.idx(new byte[2], 2));
    assertRefused(
        images
            + ": has the shape [2], images have [N, height, width]; "
            + "are images and labels exchanged?");
  }

  private void assertRefused(String message) {
    assertEquals(
        message,
        assertThrows(FileFormatException.class, () -> FashionMnist.from(folder)).getMessage());
  }

  @Test
  void theNoticeTravelsWithTheData() throws IOException {
    try (var in = FashionMnist.class.getResourceAsStream("fashion-mnist/NOTICE")) {
      assertTrue(new String(in.readAllBytes()).contains("MIT License"));
    }
  }
}
