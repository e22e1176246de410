package dev.bramante.data;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Quote;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The labels of a table's rows, and the classes that they make. */
final class ClassLabels {
  private static final int MAX_CLASSES = 10_000;
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,100}");

  private final Path file;
  private final String column;
  private final boolean fixed;
  private final Map<String, Integer> classes = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private int[] labels = new int[64];
  private int rows;

  /**
   * No labels yet.
   *
   * @param given the classes that there are; without them, those that occur
   */
  ClassLabels(Path file, String column, Optional<List<String>> given) {
    this.file = file;
    this.column = column;
    this.fixed = given.isPresent();
    for (String name : given.orElse(List.of())) {
      classes.put(name, names.size());
      names.add(name);
    }
  }

  /** Takes the label of the next row. */
  void add(long line, String text) throws FileFormatException {
    if (rows == labels.length) {
      labels = Arrays.copyOf(labels, rows + (rows >> 1));
    }
    labels[rows++] = label(line, text);
  }

  private int label(long line, String text) throws FileFormatException {
    if (text.isEmpty()) {
      throw wrong(line, "the label is missing", "fill it in or leave out the row");
    }
    Integer known = classes.get(text);
    if (known != null) {
      return known;
    }
    if (fixed) {
      throw wrong(
          line,
          "the label " + Quote.quote(text) + " is no class",
          "the classes are " + Quote.clean(String.join(", ", names)));
    }
    if (names.size() == MAX_CLASSES) {
      throw wrong(
          line,
          "there are more than " + MAX_CLASSES + " different labels",
          "is " + Quote.quote(column) + " the label's column?");
    }
    classes.put(text, names.size());
    names.add(text);
    return names.size() - 1;
  }

  /** The classes: as given, otherwise in numerical order if all are integers, else alphabetical. */
  List<String> classes() {
    if (fixed) {
      return List.copyOf(names);
    }
    boolean integers = names.stream().allMatch(name -> INTEGER.matcher(name).matches());
    // 1 and +1 are different labels of the same number; the text decides then.
    Comparator<String> byText = Comparator.naturalOrder();
    Comparator<String> byNumber = Comparator.comparing(BigInteger::new);
    return names.stream().sorted(integers ? byNumber.thenComparing(byText) : byText).toList();
  }

  /** The label of each row as an index of {@link #classes}. */
  int[] labels() {
    List<String> ordered = classes();
    var rank = new int[names.size()];
    for (int i = 0; i < rank.length; i++) {
      rank[classes.get(ordered.get(i))] = i;
    }
    return Arrays.stream(labels, 0, rows).map(label -> rank[label]).toArray();
  }

  private FileFormatException wrong(long line, String problem, String remedy) {
    return new FileFormatException(file, "line " + line + ": " + problem, remedy);
  }
}
