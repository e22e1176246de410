package dev.bramante.io;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Checks that a path can be read as a file, with messages for people. */
public final class InputFile {
  private InputFile() {}

  /**
   * The size in bytes of a file that exists, is a regular one and may be read.
   *
   * @throws IOException whose message says what is in the way
   */
  public static long size(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file; check the path");
    }
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "this is a folder; name a file in it");
    }
    if (!Files.isRegularFile(file)) {
      throw new FileSystemException(
          file.toString(), null, "this is not a regular file; copy its content to one");
    }
    if (!Files.isReadable(file)) {
      throw new FileSystemException(
          file.toString(), null, "the file may not be read; check its permissions");
    }
    return Files.size(file);
  }
}
