package dev.bramante.cli;

import dev.bramante.data.text.Austen;
import dev.bramante.data.text.TextSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where texts come from.
 *
 * @param name what they are, for people
 * @param training the texts to learn from
 * @param validation the texts to choose by; none where a share of the others is to be held out
 * @param share that share
 */
record TextSources(
    String name, List<TextSource> training, List<TextSource> validation, double share) {
  private static final List<String> ENDINGS = List.of(".txt", ".txt.gz", ".md");
  private static final String VALIDATION = "validation.txt";

  /**
   * The texts of a source: {@link TrainData#EMBEDDED}, a file, or all texts in a folder, of which
   * one named {@code validation.txt} is not learnt from.
   *
   * @throws CommandException if a folder has no texts
   * @throws IOException if it can't be read
   */
  static TextSources of(String source, double share) throws IOException {
    if (source.equals(TrainData.EMBEDDED)) {
      return new TextSources(name(source), Austen.training(), Austen.validation(), 0);
    }
    Path place = Path.of(source);
    if (!Files.isDirectory(place)) {
      return new TextSources(source, List.of(TextSource.of(place)), List.of(), share);
    }
    var training = new ArrayList<TextSource>();
    Optional<TextSource> validation = Optional.empty();
    for (Path file : texts(place)) {
      if (file.endsWith(VALIDATION)) {
        validation = Optional.of(TextSource.of(file));
      } else {
        training.add(TextSource.of(file));
      }
    }
    if (training.isEmpty()) {
      throw new CommandException(
          "%s holds no texts to learn from: files %s".formatted(place, String.join(", ", ENDINGS)));
    }
    return new TextSources(source, training, validation.stream().toList(), share);
  }

  /** A source as people call it. */
  static String name(String source) {
    return source.equals(TrainData.EMBEDDED) ? "six novels by Jane Austen" : source;
  }

  private static List<Path> texts(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> isText(file.toString())).sorted().toList();
    }
  }

  private static boolean isText(String file) {
    return ENDINGS.stream().anyMatch(file::endsWith);
  }
}
