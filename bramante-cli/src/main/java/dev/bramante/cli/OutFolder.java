package dev.bramante.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** Where a command may put its files. */
final class OutFolder {
  private OutFolder() {}

  /** The first of {@code runs/NAME-1}, {@code -2}, … that is not there yet. */
  static Path free(String name) {
    return IntStream.iterate(1, i -> i + 1)
        .mapToObj(i -> Path.of("runs", name + "-" + i))
        .filter(Files::notExists)
        .findFirst()
        .orElseThrow();
  }

  /** Finds out before hours of work rather than after that a folder cannot be made. */
  static void requireWritable(Path folder) {
    Path there = folder.toAbsolutePath();
    while (Files.notExists(there)) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      throw new CommandException(
          "%s cannot be made: %s is %s; choose another --out"
              .formatted(
                  folder, there, Files.isDirectory(there) ? "not to be written" : "no folder"));
    }
  }
}
