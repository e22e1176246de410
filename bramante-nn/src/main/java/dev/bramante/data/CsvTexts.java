package dev.bramante.data;

import dev.bramante.io.FileFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Collects the rows of a table of texts and labels. */
final class CsvTexts implements Csv.Rows<TextTable> {
  private final Path file;
  private final CsvHeader header;
  private final int textIndex;
  private final int labelIndex;
  private final ClassLabels labels;
  private final List<String> texts = new ArrayList<>();

  CsvTexts(
      Path file,
      CsvHeader header,
      Optional<String> text,
      Optional<String> label,
      Optional<List<String>> classes)
      throws FileFormatException {
    this.file = file;
    this.header = header;
    this.labelIndex = label.isPresent() ? header.index(label.get()) : last(text);
    this.textIndex = text.isPresent() ? header.index(text.get()) : other();
    if (textIndex == labelIndex) {
      throw new FileFormatException(
          file, "line 1: text and label are the same column", "name two columns");
    }
    this.labels = new ClassLabels(file, header.name(labelIndex), classes);
  }

  /** The column named "label", or the last that isn't the text's. */
  private int last(Optional<String> text) {
    int named = header.columns().indexOf("label");
    int last = header.size() - 1;
    if (named >= 0) {
      return named;
    }
    return header.name(last).equals(text.orElse("text")) ? last - 1 : last;
  }

  /** The column named "text", or the only one that isn't the label's. */
  private int other() throws FileFormatException {
    int named = header.columns().indexOf("text");
    if (named >= 0 && named != labelIndex) {
      return named;
    }
    if (header.size() > 2) {
      throw new FileFormatException(
          file,
          "line 1: which of the columns is the text? They are "
              + String.join(", ", header.columns()),
          "name one of them text");
    }
    return IntStream.range(0, 2).filter(i -> i != labelIndex).findFirst().orElseThrow();
  }

  @Override
  public void add(long line, List<String> fields) throws FileFormatException {
    header.check(line, fields);
    String text = fields.get(textIndex).strip();
    if (text.isEmpty()) {
      throw new FileFormatException(
          file, "line " + line + ": the text is empty", "fill it in or leave out the row");
    }
    labels.add(line, fields.get(labelIndex).strip());
    texts.add(text);
  }

  @Override
  public TextTable result() throws FileFormatException {
    if (texts.isEmpty()) {
      throw new FileFormatException(file, "there are no rows after the header", "add some");
    }
    return new TextTable(
        List.copyOf(texts), Arrays.stream(labels.labels()).boxed().toList(), labels.classes());
  }
}
