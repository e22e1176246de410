package dev.bramante.data;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Quote;
import dev.bramante.tensor.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Collects the rows of a table of numbers, checking each. */
final class CsvTable implements Csv.Rows<Dataset> {
  private static final int NO_LABEL = -1;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private final Path file;
  private final CsvHeader header;
  private final int labelIndex;
  private final int values;

  /** The columns that are numbers, but for the label's among them. */
  private final int numbers;

  private final ClassLabels labels;
  private float[] features = new float[1024];
  private int rows;

  CsvTable(Path file, CsvHeader header, Optional<String> label, Optional<List<String>> classes)
      throws FileFormatException {
    this.file = file;
    this.header = header;
    this.values = 0;
    this.numbers = header.size();
    this.labelIndex = label.isPresent() ? header.index(label.get()) : header.size() - 1;
    this.labels = new ClassLabels(file, header.name(labelIndex), classes);
  }

  /** Without a label. */
  private CsvTable(Path file, CsvHeader header, int numbers, int values) {
    this.file = file;
    this.header = header;
    this.values = values;
    this.numbers = numbers;
    this.labelIndex = NO_LABEL;
    this.labels = new ClassLabels(file, "", Optional.empty());
  }

  /** A table whose last columns are numbers to be predicted. */
  static CsvTable ofValues(Path file, CsvHeader header, int count) throws FileFormatException {
    if (count < 1 || count >= header.size()) {
      throw new FileFormatException(
          file,
          "line 1: %d of %d columns cannot be targets".formatted(count, header.size()),
          "a feature and a target are the least");
    }
    return new CsvTable(file, header, header.size(), count);
  }

  /** A table whose first columns are inputs; the others, which may be missing, are passed over. */
  static CsvTable ofInputs(Path file, CsvHeader header, int features, int answers)
      throws FileFormatException {
    if (header.size() != features && header.size() != features + answers) {
      throw new FileFormatException(
          file,
          "line 1: there are %d columns, the network reads %d".formatted(header.size(), features),
          "give these, and the %d of the answers or not".formatted(answers));
    }
    return new CsvTable(file, header, features, 0);
  }

  @Override
  public void add(long line, List<String> fields) throws FileFormatException {
    header.check(line, fields);
    int width = width();
    makeRoom(line, width);
    int position = rows * width;
    for (int i = 0; i < numbers; i++) {
      if (i != labelIndex) {
        features[position++] = number(line, header.name(i), fields.get(i).strip());
      }
    }
    if (labelIndex != NO_LABEL) {
      labels.add(line, fields.get(labelIndex).strip());
    }
    rows++;
  }

  /** Numbers in a row. */
  private int width() {
    return labelIndex == NO_LABEL ? numbers : numbers - 1;
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

  @Override
  public Dataset result() throws FileFormatException {
    if (rows == 0) {
      throw new FileFormatException(file, "there are no rows after the header", "add some");
    }
    int width = width();
    float[] inputs = Arrays.copyOf(features, rows * width);
    if (labelIndex == NO_LABEL) {
      return new ValuesDataset(inputs, width, header.columns().subList(width - values, width));
    }
    return Dataset.of(Shape.of(width), inputs, labels.labels(), labels.classes());
  }

  private FileFormatException wrong(long line, String problem, String remedy) {
    return new FileFormatException(file, "line " + line + ": " + problem, remedy);
  }
}
