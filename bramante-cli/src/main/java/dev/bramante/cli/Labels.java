package dev.bramante.cli;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.InputFile;
import dev.bramante.io.Json;
import dev.bramante.io.Quote;
import dev.bramante.pretrained.HuggingFaceFolder;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The names of classes in a file. */
final class Labels {
  private static final long MOST_BYTES = 16 << 20;
  private static final String FORMS =
      "give a line for each class, a JSON array, or a JSON object by number";

  private Labels() {}

  /** The numbers of the classes, where nobody knows their names. */
  static List<String> numbers(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /** The names of a model's classes: those of a file, its own, or numbers. */
  static List<String> of(Path folder, HuggingFaceFolder model, Optional<Path> file)
      throws IOException {
    int outputs = model.model().output().size();
    if (file.isPresent()) {
      return read(file.get(), outputs);
    }
    List<String> names = model.labels().orElseGet(() -> numbers(outputs));
    if (names.size() != outputs) {
      throw new FileFormatException(
          folder,
          "there are %,d labels, the network has %,d classes".formatted(names.size(), outputs),
          "correct id2label in config.json");
    }
    return names;
  }

  /**
   * Reads the names of so many classes: a line for each, a JSON array of strings, or a JSON object
   * {@code {"0": "tench"}} or {@code {"0": ["n01440764", "tench"]}}.
   *
   * @throws FileFormatException if it is none of these, or has another number of names
   */
  static List<String> read(Path file, int classes) throws IOException {
    if (InputFile.size(file) > MOST_BYTES) {
      throw new FileFormatException(file, "the file is too long for labels", FORMS);
    }
    List<String> names;
    try {
      String text = Files.readString(file).strip();
      names =
          text.startsWith("[") || text.startsWith("{") ? json(file, text) : text.lines().toList();
    } catch (CharacterCodingException e) {
      throw new FileFormatException(file, "this is no text in UTF-8", FORMS, e);
    }
    if (names.size() != classes) {
      throw new FileFormatException(
          file,
          "there are %,d labels, the network has %,d classes".formatted(names.size(), classes),
          FORMS);
    }
    return names.stream().map(name -> Quote.clean(name.strip())).toList();
  }

  private static List<String> json(Path file, String text) throws IOException {
    Json json = Json.parse(file.toString(), new StringReader(text));
    List<String> names = new ArrayList<>();
    if (json.isArray()) {
      for (Json name : json.elements()) {
        names.add(name.text());
      }
      return names;
    }
    for (int i = 0; i < json.members().size(); i++) {
      names.add(last(json.get(Integer.toString(i))));
    }
    return names;
  }

  /** The name itself, or the last of several for one class. */
  private static String last(Json name) throws FileFormatException {
    if (!name.isArray()) {
      return name.text();
    }
    List<Json> several = name.elements();
    if (several.isEmpty()) {
      throw name.wrong("the class has no name", FORMS);
    }
    return several.getLast().text();
  }
}
