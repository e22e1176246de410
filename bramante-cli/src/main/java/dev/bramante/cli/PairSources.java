package dev.bramante.cli;

import dev.bramante.data.text.TextPair;
import dev.bramante.data.text.TextSource;
import dev.bramante.data.text.Verses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Pairs of a text and its translation.
 *
 * @param name what they are, for people
 * @param training the pairs to learn from
 * @param validation the pairs to choose by
 * @param test the pairs to measure with at the end, if there are others than those
 */
record PairSources(
    String name,
    List<TextPair> training,
    List<TextPair> validation,
    Optional<List<TextPair>> test) {
  private static final List<String> ENDINGS = List.of(".tsv", ".tsv.gz", ".txt", ".txt.gz");

  /**
   * The pairs of a source, in lines of source, tab and target: {@link TrainData#EMBEDDED}, a file,
   * or {@code train.tsv}, {@code valid.tsv} and {@code test.tsv} in a folder, of which only the
   * first has to be there.
   *
   * @param share what of the pairs is held out to choose by where there are none for that
   * @throws CommandException if a folder lacks pairs to learn from, or there are too few
   * @throws IOException if a file can't be read, or a line is no pair
   */
  static PairSources of(String source, double share) throws IOException {
    if (source.equals(TrainData.EMBEDDED)) {
      return new PairSources(
          name(source),
          TextPair.list(Verses.training()),
          TextPair.list(Verses.validation()),
          Optional.of(TextPair.list(Verses.test())));
    }
    Path place = Path.of(source);
    if (!Files.isDirectory(place)) {
      return divided(source, TextPair.list(TextSource.of(place)), Optional.empty(), share);
    }
    List<TextPair> training =
        find(place, "train")
            .orElseThrow(() ->
                new CommandException(
                    place + " holds no pairs to learn from: train.tsv, valid.tsv, test.tsv"));
    Optional<List<TextPair>> validation = find(place, "valid");
    Optional<List<TextPair>> test = find(place, "test");
    return validation.isPresent()
        ? new PairSources(source, training, validation.get(), test)
        : divided(source, training, test, share);
  }

  private static PairSources divided(
      String name, List<TextPair> all, Optional<List<TextPair>> test, double share) {
    int cut = (int) Math.round(all.size() * (1 - share));
    if (cut == 0 || cut == all.size()) {
      throw new CommandException(
          "%s has %d pairs, too few to hold some out; add valid.tsv beside train.tsv in a folder"
              .formatted(name, all.size()));
    }
    return new PairSources(name, all.subList(0, cut), all.subList(cut, all.size()), test);
  }

  private static Optional<List<TextPair>> find(Path folder, String part) throws IOException {
    Optional<Path> file =
        ENDINGS.stream().map(end -> folder.resolve(part + end)).filter(Files::exists).findFirst();
    return file.isPresent()
        ? Optional.of(TextPair.list(TextSource.of(file.get())))
        : Optional.empty();
  }

  /** A source as people call it. */
  static String name(String source) {
    return source.equals(TrainData.EMBEDDED) ? "English and Spanish verses" : source;
  }

  /** All pairs of a file, or of the embedded ones or a folder those to measure with. */
  static List<TextPair> measured(String source, double share) throws IOException {
    if (!source.equals(TrainData.EMBEDDED) && !Files.isDirectory(Path.of(source))) {
      return TextPair.list(TextSource.of(Path.of(source)));
    }
    return of(source, share).measured();
  }

  /** The pairs to measure with at the end. */
  List<TextPair> measured() {
    return test.orElse(validation);
  }
}
