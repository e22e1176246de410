package dev.bramante.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.data.Batch;
import dev.bramante.data.BatchLoader;
import dev.bramante.data.SampleRandom;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDatasetTest {
  @TempDir private Path folder;

  /** Six pictures, of which the third is truncated. */
  private ImageSource pictures() throws IOException {
    String[] sound = {"color.png", "half.jpg", "gray.png", "alpha.webp", "cmyk.jpg", "frames.gif"};
    for (int i = 0; i < sound.length; i++) {
      Path file = folder.resolve((i % 2 == 0 ? "even/" : "odd/") + i + ".jpg");
      Files.createDirectories(file.getParent());
      byte[] content = Ppm.resource(sound[i]);
      Files.write(file, i == 2 ? Arrays.copyOf(content, 60) : content);
    }
    return ImageFolder.open(folder).training();
  }

  @Test
  void picturesAreInputs() throws IOException {
    var set =
        new ImageDataset(pictures(), Shape.of(8, 8, 3), Transforms.eval(8), BrokenImages.refused());
    var input = new float[192 + 1];
    set.input(0, input, 1);
    RgbImage expected =
        Transforms.eval(8).apply(Ppm.read("color.png.ppm"), new SampleRandom(0, 0, 0));
    for (int i = 0; i < 192; i++) {
      assertEquals((expected.rgb()[i] & 0xFF) / 255f, input[i + 1]);
    }
    assertEquals(0, set.target(2));
    assertEquals(1, set.target(3));
    assertEquals(List.of("even", "odd"), set.classes());
    assertArrayEquals(Transforms.imagenet().mean(), set.normalization().orElseThrow().mean());
  }

  @Test
  void brokenPicturesAreNamedOnceAndSkipped() throws IOException {
    var lines = new CopyOnWriteArrayList<String>();
    BrokenImages broken = BrokenImages.skipped(lines::add);
    var set = new ImageDataset(pictures(), Shape.of(8, 8, 1), Transforms.eval(8), broken);
    for (int time = 0; time < 3; time++) {
      try (var loader = BatchLoader.evaluation(set, 6, List.of())) {
        Batch batch = loader.next();
        // Sorted by class: 0, 2, 4 are even, and 2 is broken.
        assertArrayEquals(new int[] {0, Batch.IGNORED, 0, 1, 1, 1}, batch.targets());
        assertEquals(0, batch.inputs()[64]);
      }
    }
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.getFirst().contains("even/2.jpg: the PNG image"), lines.toString());
    assertEquals(1, broken.count());
  }

  @Test
  void brokenPicturesEndAStrictRun() throws IOException {
    var set =
        new ImageDataset(pictures(), Shape.of(8, 8, 3), Transforms.eval(8), BrokenImages.refused());
    try (var loader = BatchLoader.training(set, 6, 1, List.of())) {
      var thrown = assertThrows(UncheckedIOException.class, loader::next);
      assertTrue(thrown.getMessage().contains("even/2.jpg: "), thrown.getMessage());
    }
  }

  @Test
  void augmentationIsTheSameWhateverIsKeptInMemory() throws IOException {
    ImageTransform transform = Transforms.train(8, 0.3, 0.4);
    float[][] first = new float[2][];
    for (int run = 0; run < 2; run++) {
      var set =
          new ImageDataset(pictures(), Shape.of(8, 8, 3), transform, BrokenImages.skipped(_ -> {}));
      try (var loader = BatchLoader.training(set, 5, 7, List.of(), run == 0 ? 0 : 3, 0)) {
        for (int i = run == 0 ? 0 : 3; i < 4; i++) {
          first[run] = loader.next().inputs().clone();
        }
      }
    }
    assertArrayEquals(first[0], first[1]);
  }
}
