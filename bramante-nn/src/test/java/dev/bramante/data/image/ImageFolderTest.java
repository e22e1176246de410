package dev.bramante.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Mutations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir private Path folder;

  private Path folderOf(String... files) throws IOException {
    for (String file : files) {
      Path path = folder.resolve(file);
      if (file.endsWith("/")) {
        Files.createDirectories(path);
      } else {
        Files.createDirectories(path.getParent());
        Files.write(path, Ppm.resource("color.png"));
      }
    }
    return folder;
  }

  private static byte[] zipOf(String... files) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (String file : files) {
        zip.putNextEntry(new ZipEntry(file));
        zip.write(Ppm.resource("color.png"));
      }
    }
    return bytes.toByteArray();
  }

  private Path zip(byte[] content) throws IOException {
    return Files.write(folder.resolve("pictures.zip"), content);
  }

  private static String text(ImageSource source) {
    var text = new StringBuilder();
    for (int i = 0; i < source.size(); i++) {
      String name = source.name(i);
      text.append(name.substring(name.lastIndexOf('/') + 1)).append('=').append(source.target(i));
      text.append(' ');
    }
    return text.toString().strip();
  }

  private static String refusal(Path place) {
    return assertThrows(FileFormatException.class, () -> ImageFolder.open(place)).getMessage();
  }

  @Test
  void classesAreFoldersInTheOrderOfTheirNames() throws IOException {
    Path place =
        folderOf(
            "train/dog/b.jpg",
            "train/cat/c.PNG",
            "train/cat/a.png",
            "train/cat/notes.txt",
            "train/.DS_Store/x/y.png",
            "test/dog/t.png",
            "val/cat/v.png",
            "other/owl/o.png");
    ImageFolder pictures = ImageFolder.open(place);
    assertEquals(List.of("cat", "dog"), pictures.classes());
    assertEquals("a.png=0 c.PNG=0 b.jpg=1", text(pictures.training()));
    assertEquals("t.png=1", text(pictures.test().orElseThrow()));
    assertEquals("v.png=0", text(pictures.validation().orElseThrow()));
    assertEquals(23, pictures.training().read(2).width());
  }

  @Test
  void foldersOfClassesAloneAreForTraining() throws IOException {
    ImageFolder pictures = ImageFolder.open(folderOf("b/1.png", "a/deep/er/2.png", "a/3.png"));
    assertEquals(List.of("a", "b"), pictures.classes());
    assertEquals("3.png=0 2.png=0 1.png=1", text(pictures.training()));
    assertTrue(pictures.test().isEmpty());
    ImageSource.Parts parts = pictures.training().split(0.34, 1);
    assertEquals(2, parts.training().size());
    assertEquals(1, parts.validation().size());
  }

  @Test
  void zipFilesAreReadLikeFolders() throws IOException {
    Path place =
        zip(zipOf("set/train/b/1.png", "set/train/a/2.png", "set/test/a/3.png", "__MACOSX/set/x"));
    ImageFolder pictures = ImageFolder.open(place);
    assertEquals(List.of("a", "b"), pictures.classes());
    assertEquals("2.png=0 1.png=1", text(pictures.training()));
    assertEquals("3.png=0", text(pictures.test().orElseThrow()));
    assertEquals(23, pictures.training().read(0).width());
    assertEquals(place + "/set/train/b/1.png", pictures.training().name(1));
  }

  @Test
  void theClipArtComesAlong() throws IOException {
    ImageFolder clipart = ImageFolder.clipart32();
    assertEquals(8, clipart.classes().size());
    assertEquals("animals", clipart.classes().getFirst());
    assertEquals(1381, clipart.training().size());
    assertEquals(344, clipart.test().orElseThrow().size());
    RgbImage first = clipart.training().read(0);
    assertEquals("32 x 32", first.width() + " x " + first.height());
  }

  @Test
  void foldersThatTeachNothingAreRefused() throws IOException {
    String remedy = "sort pictures into train/CLASS and test/CLASS, or into CLASS alone";
    assertEquals(folder + ": there are no pictures in folders; " + remedy, refusal(folderOf()));
    folderOf("train/cat/a.png");
    assertEquals(
        folder + ": there is one class only, \"cat\"; a classifier needs two; " + remedy,
        refusal(folder));
    folderOf("train/dog/");
    assertEquals(
        folder + ": the class \"dog\" has no pictures; add some, or remove its folder",
        refusal(folder));
    folderOf("train/dog/b.png", "test/owl/c.png");
    assertEquals(
        folder
            + "/test/owl/c.png: the training part lacks the class \"owl\"; add pictures of it, or"
            + " remove this folder",
        refusal(folder));
  }

  @Test
  void classesAreNamedInOneLine() throws IOException {
    assertTrue(refusal(zip(zipOf("a/1.png", "b\nc/2.png"))).contains("more than one line"));
  }

  @Test
  void aNetworkIsMeasuredOnWhatItKnows() throws IOException {
    ImageFolder pictures = ImageFolder.open(folderOf("b/1.png", "a/2.png"));
    assertEquals("2.png=2 1.png=0", text(pictures.measured(List.of("b", "c", "a"))));
    assertEquals(
        folder + ": has the class \"b\", which the network doesn't know; it knows a, c",
        assertThrows(FileFormatException.class, () -> pictures.measured(List.of("a", "c")))
            .getMessage());
  }

  @Test
  void archivesThatMeanHarmAreRefused() throws IOException {
    for (String name : new String[] {"../a/1.png", "a/../../1.png", "/a/1.png", "a\\..\\1.png"}) {
      assertTrue(refusal(zip(zipOf("b/2.png", name))).contains("outside of itself"), name);
    }
    Path text = zip("no archive".getBytes(StandardCharsets.UTF_8));
    assertTrue(refusal(text).startsWith(text + ": this is no sound zip file: "), refusal(text));
  }

  @Test
  void damagedArchivesGiveOneKindOfException() throws IOException {
    byte[] sound = zipOf("a/1.png", "b/2.png", "b/3.png");
    var random = new SplittableRandom(5);
    int read = 0;
    for (int i = 0; i < 2000; i++) {
      Path place = zip(Mutations.mutate(sound, random));
      try {
        ImageSource pictures = ImageFolder.open(place).training();
        for (int j = 0; j < pictures.size(); j++) {
          pictures.read(j);
          read++;
        }
      } catch (FileFormatException reported) {
        assertEquals(1, reported.getMessage().lines().count(), reported.getMessage());
      }
    }
    assertTrue(read > 100, "only " + read + " pictures survived");
  }
}
