package dev.bramante.cli;

import dev.bramante.data.Csv;
import dev.bramante.data.Dataset;
import dev.bramante.data.Idx;
import dev.bramante.io.FileFormatException;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What a file asks a network: a picture, all images of an IDX file, or the rows of a table. */
final class QuestionFiles {
  private static final int GZIP = 0x1f8b;
  private static final int IDX = 0x0000;

  private QuestionFiles() {}

  /**
   * The questions of a file.
   *
   * @param invert whether dark is to be taken for bright in images
   * @throws IOException if a table or an IDX file cannot be read; pictures are read later
   */
  static List<Question> read(Path file, Run run, boolean invert) throws IOException {
    Shape shape = run.input();
    if (shape.rank() == 1) {
      return rows(file, run);
    }
    if (shape.rank() != 3 || shape.dim(2) != 1 && shape.dim(2) != 3) {
      throw new CommandException(
          "the network takes inputs of shape " + shape + ", no pictures; eval measures it");
    }
    int magic = magic(file);
    List<Question> images =
        magic == IDX || magic == GZIP
            ? many(file, Idx.read(file), shape)
            : List.of(PictureFiles.question(new PictureFiles.File(file), shape, run.view()));
    return invert ? images.stream().map(image -> image.inverted(shape.size())).toList() : images;
  }

  private static List<Question> rows(Path file, Run run) throws IOException {
    int answers = Math.max(1, run.targets());
    Dataset table = Csv.readInputs(file, run.input().size(), answers);
    return numbered(file, table.size(), i -> (into, offset) -> table.input(i, into, offset));
  }

  private static List<Question> many(Path file, Idx idx, Shape shape) throws IOException {
    int size = shape.size();
    Shape found = idx.shape();
    if (found.rank() < 3
        || found.dim(1) != shape.dim(0)
        || found.dim(2) != shape.dim(1)
        || found.size() != found.dim(0) * size) {
      throw new FileFormatException(
          file, "has the shape " + found + ", not images of " + shape, "give a file of images");
    }
    return numbered(
        file,
        found.dim(0),
        i ->
            (into, offset) -> {
              for (int j = 0; j < size; j++) {
                into[offset + j] = Byte.toUnsignedInt(idx.values()[i * size + j]) / 255f;
              }
            });
  }

  private static List<Question> numbered(
      Path file, int count, IntFunction<Question.Content> contents) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Question(file + "[" + i + "]", contents.apply(i)))
        .toList();
  }

  private static int magic(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      return -1; // whoever reads it says what is wrong
    }
    try (var in = Files.newInputStream(file)) {
      return in.read() << 8 | in.read();
    }
  }
}
