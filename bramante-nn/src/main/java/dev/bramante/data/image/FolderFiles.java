package dev.bramante.data.image;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.InputFile;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of a folder. */
record FolderFiles(Path folder, List<String> paths) implements ImageFiles {
  /** Split, class, and what order somebody keeps within. */
  private static final int DEPTH = 8;

  static FolderFiles of(Path folder) throws IOException {
    try (var walk = Files.walk(folder, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
      return new FolderFiles(
          folder, walk.filter(path -> !path.equals(folder)).map(p -> text(folder, p)).toList());
    } catch (UncheckedIOException e) {
      throw new FileFormatException(
          folder,
          "the folder cannot be searched: " + e.getCause().getMessage(),
          "check its permissions and links",
          e);
    }
  }

  private static String text(Path folder, Path path) {
    String text = folder.relativize(path).toString().replace(File.separatorChar, '/');
    return Files.isDirectory(path) ? text + "/" : text;
  }

  @Override
  public String root() {
    return folder.toString();
  }

  @Override
  public byte[] read(String path) throws IOException {
    Path file = folder.resolve(path);
    ImageDecoder.checkFile(file, InputFile.size(file));
    return Files.readAllBytes(file);
  }
}
