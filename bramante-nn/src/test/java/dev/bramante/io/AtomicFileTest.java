package dev.bramante.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void createsAndReplaces() throws IOException {
    Path file = folder.resolve("config.json");
    AtomicFile.write(file, "first, longer");
    AtomicFile.write(file, "zweité");
    assertEquals("zweité", Files.readString(file));
    assertEquals(List.of(file), list());
  }

  @Test
  void keepsTheOldFileWhenTheDiskRunsFull() throws IOException {
    Path file = folder.resolve("last.safetensors");
    AtomicFile.write(file, "old");
    var failure =
        assertThrows(IOException.class, () -> AtomicFile.write(file, AtomicFileTest::full));
    assertEquals(
        file + ": cannot be written: No space left on device; the file is unchanged",
        failure.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), list());
  }

  @Test
  void leavesNothingWhenAFirstWriteFails() throws IOException {
    Path file = folder.resolve("new");
    var failure =
        assertThrows(IOException.class, () -> AtomicFile.write(file, AtomicFileTest::full));
    assertTrue(failure.getMessage().endsWith("; nothing was written"), failure.getMessage());
    assertEquals(List.of(), list());
  }

  @Test
  void leavesNothingWhenTheContentThrows() throws IOException {
    Path file = folder.resolve("new");
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFile.write(
                file,
                channel -> {
                  throw new IllegalStateException("a bug");
                }));
    assertEquals(List.of(), list());
  }

  @Test
  void writesThroughASymbolicLink() throws IOException {
    Path file = folder.resolve("real");
    AtomicFile.write(file, "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    AtomicFile.write(link, "new");
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void namesWhatIsInTheWay() {
    Path orphan = folder.resolve("none").resolve("file");
    assertEquals(
        orphan + ": cannot be written: its folder does not exist; create it first",
        assertThrows(IOException.class, () -> AtomicFile.write(orphan, "x")).getMessage());
    assertEquals(
        folder + ": cannot be written: this is a folder; name a file in it",
        assertThrows(IOException.class, () -> AtomicFile.write(folder, "x")).getMessage());
  }

  private static void full(FileChannel channel) throws IOException {
    AtomicFile.writeFully(channel, ByteBuffer.wrap(new byte[100]));
    throw new IOException("No space left on device");
  }

  private List<Path> list() throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
