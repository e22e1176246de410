package dev.bramante.data;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Quote;
import dev.bramante.tensor.Shape;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Collects the rows of a table, checking each. */
final class CsvTable {
  private static final int MAX_CLASSES = 10_000;
  private static final int NO_LABEL = -1;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,100}");

  private final Path file;
  private final List<String> header;
  private final int labelIndex;
  private final int values;
  private final boolean fixedClasses;
  private final Map<String, Integer> classes = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private float[] features = new float[1024];
  private int[] targets = new int[64];
  private int rows;

  CsvTable(Path file, List<String> header, Optional<String> label, Optional<List<String>> classes)
      throws FileFormatException {
    this.file = file;
    this.header = checked(header);
    this.values = 0;
    this.labelIndex = labelIndex(label);
    this.fixedClasses = classes.isPresent();
    for (String name : classes.orElse(List.of())) {
      this.classes.put(name, names.size());
      names.add(name);
    }
  }

  private CsvTable(Path file, List<String> header, int values) throws FileFormatException {
    this.file = file;
    this.header = checked(header);
    this.values = values;
    this.labelIndex = NO_LABEL;
    this.fixedClasses = false;
    if (values < 1 || values >= header.size()) {
      throw new FileFormatException(
          file,
          "line 1: %d of %d columns cannot be targets".formatted(values, header.size()),
          "a feature and a target are the least");
    }
  }

  /** A table whose last columns are numbers to be predicted. */
  static CsvTable ofValues(Path file, List<String> header, int count) throws FileFormatException {
    return new CsvTable(file, header, count);
  }

  private List<String> checked(List<String> names) throws FileFormatException {
    List<String> header = names.stream().map(String::strip).toList();
    if (header.size() < 2) {
      throw new FileFormatException(
          file, "line 1: the header has one column", "a feature and a label are the least");
    }
    var seen = new HashSet<String>();
    for (String name : header) {
      if (!seen.add(name)) {
        throw new FileFormatException(
            file, "line 1: the column " + Quote.quote(name) + " occurs twice", "rename one");
      }
    }
    return header;
  }

  private int labelIndex(Optional<String> label) throws FileFormatException {
    int index = label.map(header::indexOf).orElse(header.size() - 1);
    if (index < 0) {
      throw new FileFormatException(
          file,
          "line 1: there is no column " + Quote.quote(label.orElse("")),
          "the columns are " + Quote.clean(String.join(", ", header)));
    }
    return index;
  }

  void add(long line, List<String> fields) throws FileFormatException {
    if (fields.size() != header.size()) {
      throw wrong(
          line, "has " + fields.size() + " fields, the header " + header.size(), "correct the row");
    }
    int width = width();
    makeRoom(line, width);
    int position = rows * width;
    for (int i = 0; i < fields.size(); i++) {
      if (i != labelIndex) {
        features[position++] = number(line, header.get(i), fields.get(i).strip());
      }
    }
    targets[rows++] = values > 0 ? 0 : label(line, fields.get(labelIndex).strip());
  }

  /** Numbers in a row. */
  private int width() {
    return values > 0 ? header.size() : header.size() - 1;
  }

  private void makeRoom(long line, int width) throws FileFormatException {
    long wanted = (rows + 1L) * width;
    if (wanted > Integer.MAX_VALUE - 64) {
      throw wrong(line, "is one more than an array can hold", "split the file");
    }
    if (wanted > features.length) {
      long grown = Math.max(wanted, features.length + (features.length >> 1));
      features = Arrays.copyOf(features, (int) Math.min(grown, Integer.MAX_VALUE - 64));
    }
    if (rows == targets.length) {
      targets = Arrays.copyOf(targets, rows + (rows >> 1));
    }
  }

  private float number(long line, String column, String text) throws FileFormatException {
    String where = "column " + Quote.quote(column) + ": ";
    if (text.isEmpty()) {
      throw wrong(line, where + "the value is missing", "fill it in or leave out the row");
    }
    // What Float.parseFloat takes besides, as 1f, 0x1p3 or NaN, is no number in a table.
    float value = NUMBER.matcher(text).matches() ? Float.parseFloat(text) : Float.NaN;
    if (!Float.isFinite(value)) {
      throw wrong(
          line, where + Quote.quote(text) + " is not a finite number", "features are numbers");
    }
    return value;
  }

  private int label(long line, String text) throws FileFormatException {
    if (text.isEmpty()) {
      throw wrong(line, "the label is missing", "fill it in or leave out the row");
    }
    Integer known = classes.get(text);
    if (known != null) {
      return known;
    }
    if (fixedClasses) {
      throw wrong(
          line,
          "the label " + Quote.quote(text) + " is no class",
          "the classes are " + Quote.clean(String.join(", ", names)));
    }
    if (names.size() == MAX_CLASSES) {
      throw wrong(
          line,
          "there are more than " + MAX_CLASSES + " different labels",
          "is " + Quote.quote(header.get(labelIndex)) + " the label's column?");
    }
    classes.put(text, names.size());
    names.add(text);
    return names.size() - 1;
  }

  Dataset dataset() throws FileFormatException {
    if (rows == 0) {
      throw new FileFormatException(file, "there are no rows after the header", "add some");
    }
    int width = width();
    float[] inputs = Arrays.copyOf(features, rows * width);
    if (values > 0) {
      return new ValuesDataset(inputs, width, header.subList(width - values, width));
    }
    int[] labels = Arrays.copyOf(targets, rows);
    List<String> ordered = fixedClasses ? names : ordered();
    var rank = new int[names.size()];
    for (int i = 0; i < rank.length; i++) {
      rank[classes.get(ordered.get(i))] = i;
    }
    for (int i = 0; i < rows; i++) {
      labels[i] = rank[labels[i]];
    }
    return Dataset.of(Shape.of(width), inputs, labels, ordered);
  }

  private List<String> ordered() {
    boolean integers = names.stream().allMatch(name -> INTEGER.matcher(name).matches());
    // 1 and +1 are different labels of the same number; the text decides then.
    Comparator<String> byText = Comparator.naturalOrder();
    Comparator<String> byNumber = Comparator.comparing(BigInteger::new);
    return names.stream().sorted(integers ? byNumber.thenComparing(byText) : byText).toList();
  }

  private FileFormatException wrong(long line, String problem, String remedy) {
    return new FileFormatException(file, "line " + line + ": " + problem, remedy);
  }
}
