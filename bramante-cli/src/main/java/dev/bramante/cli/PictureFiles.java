package dev.bramante.cli;

import dev.bramante.data.SampleRandom;
import dev.bramante.data.image.ImageDecoder;
import dev.bramante.data.image.ImageTransform;
import dev.bramante.data.image.RgbImage;
import dev.bramante.io.FileFormatException;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The pictures that a command line names: files, folders of them, and standard input. */
final class PictureFiles {
  /** What stands for standard input. */
  private static final String STANDARD_INPUT = "-";

  private static final int MOST_BYTES = 256 << 20;
  private static final List<String> ENDINGS =
      List.of(".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp");

  private PictureFiles() {}

  /** Somewhere to read a picture from. */
  interface Source {
    /** What people call it. */
    String name();

    /** The picture, whose content is not trusted. */
    RgbImage read() throws IOException;
  }

  /** A picture in a file. */
  record File(Path path) implements Source {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public RgbImage read() throws IOException {
      return ImageDecoder.read(path);
    }
  }

  private record StandardInput(InputStream in) implements Source {
    @Override
    public String name() {
      return STANDARD_INPUT;
    }

    @Override
    public RgbImage read() throws IOException {
      byte[] content = in.readNBytes(MOST_BYTES);
      if (content.length == 0) {
        throw new FileFormatException("standard input", "it is empty", "pipe a picture into it");
      }
      return ImageDecoder.read(content, "standard input");
    }
  }

  /**
   * All pictures that are named, a folder's in the order of their names.
   *
   * @throws CommandException if a folder has none, or there is no such file
   */
  static List<Source> find(List<String> names) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (String name : names) {
      Path path = Path.of(name);
      if (name.equals(STANDARD_INPUT)) {
        sources.add(new StandardInput(System.in));
      } else if (Files.isDirectory(path)) {
        sources.addAll(inFolder(path));
      } else if (Files.notExists(path)) {
        throw new CommandException(name + ": there is no such file; check the path");
      } else {
        sources.add(new File(path));
      }
    }
    return sources;
  }

  /** A picture as a network wants it, by way of a view of its own. */
  static Question question(Source source, Shape input, ImageTransform square) {
    return new Question(
        source.name(),
        (into, offset) ->
            square
                .apply(source.read(), new SampleRandom(0, 0, 0))
                .toFloats(into, offset, input.dim(2)));
  }

  private static List<Source> inFolder(Path folder) throws IOException {
    List<Source> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> isPicture(file) && Files.isRegularFile(file))
          .sorted()
          .forEach(file -> found.add(new File(file)));
    }
    if (found.isEmpty()) {
      throw new CommandException(
          folder + ": the folder has no pictures (" + String.join(", ", ENDINGS) + ")");
    }
    return found;
  }

  private static boolean isPicture(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && ENDINGS.stream().anyMatch(name::endsWith);
  }
}
