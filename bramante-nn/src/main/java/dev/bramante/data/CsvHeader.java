package dev.bramante.data;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Quote;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

/**
 * The first line of a table.
 *
 * @param columns their names, each once
 */
record CsvHeader(Path file, List<String> columns) {
  /** Checks the names. */
  static CsvHeader of(Path file, List<String> names) throws FileFormatException {
    List<String> columns = names.stream().map(String::strip).toList();
    var seen = new HashSet<String>();
    for (String name : columns) {
      if (!seen.add(name)) {
        throw new FileFormatException(
            file, "line 1: the column " + Quote.quote(name) + " occurs twice", "rename one");
      }
    }
    return new CsvHeader(file, columns);
  }

  /** The same, if there is more than a label. */
  CsvHeader withLabel() throws FileFormatException {
    if (columns.size() < 2) {
      throw new FileFormatException(
          file, "line 1: the header has one column", "a feature and a label are the least");
    }
    return this;
  }

  int size() {
    return columns.size();
  }

  String name(int index) {
    return columns.get(index);
  }

  /** The place of a column. */
  int index(String name) throws FileFormatException {
    int index = columns.indexOf(name);
    if (index < 0) {
      throw new FileFormatException(
          file,
          "line 1: there is no column " + Quote.quote(name),
          "the columns are " + Quote.clean(String.join(", ", columns)));
    }
    return index;
  }

  /** Checks that a row has as many fields. */
  void check(long line, List<String> fields) throws FileFormatException {
    if (fields.size() != size()) {
      throw new FileFormatException(
          file,
          "line " + line + ": has " + fields.size() + " fields, the header " + size(),
          "correct the row");
    }
  }
}
