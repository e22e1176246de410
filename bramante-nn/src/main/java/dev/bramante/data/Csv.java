package dev.bramante.data;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.bramante.io.FileFormatException;
import dev.bramante.io.InputFile;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Tables of numbers with a label a row: CSV in UTF-8 with a header line, separated by commas. All
 * columns but the label's are features, which must be finite numbers; the label is an integer or a
 * name.
 */
public final class Csv {
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private Csv() {}

  /** Reads a file whose label is in the last column. */
  public static Dataset read(Path file) throws IOException {
    return read(file, Optional.empty(), Optional.empty());
  }

  /**
   * Reads a file whose label is in the named column. The classes are the labels that occur, in
   * numerical order if all are integers, otherwise in alphabetical order.
   */
  public static Dataset read(Path file, String labelColumn) throws IOException {
    return read(file, Optional.of(labelColumn), Optional.empty());
  }

  /**
   * Reads a file whose labels must be among the given classes: those of the training set.
   *
   * @return a data set with inputs {@code [features]}
   * @throws FileFormatException if the file is not sound, with the line; or a label is no class
   * @throws IOException if it cannot be read
   */
  public static Dataset read(Path file, String labelColumn, List<String> classes)
      throws IOException {
    return read(file, Optional.of(labelColumn), Optional.of(classes));
  }

  /**
   * Reads a file whose label is in the last column and must be among the given classes.
   *
   * @return a data set with inputs {@code [features]}
   * @throws FileFormatException if the file is not sound, with the line; or a label is no class
   * @throws IOException if it cannot be read
   */
  public static Dataset read(Path file, List<String> classes) throws IOException {
    return read(file, Optional.empty(), Optional.of(classes));
  }

  /**
   * Reads a file whose last columns are numbers that are to be predicted from the others.
   *
   * @param count how many
   * @return a data set with inputs {@code [features]} and {@code count} values
   * @throws FileFormatException if the file is not sound, with the line
   * @throws IOException if it cannot be read
   */
  public static Dataset readValues(Path file, int count) throws IOException {
    return read(file, header -> CsvTable.ofValues(file, header.withLabel(), count));
  }

  /**
   * Reads inputs of a network that learnt another table.
   *
   * @param features how many columns the network reads, which come first
   * @param answers how many columns there may be besides, as in the table that it learnt
   * @return a data set with inputs {@code [features]} and nothing to predict
   * @throws FileFormatException if the file is not sound, with the line
   * @throws IOException if it cannot be read
   */
  public static Dataset readInputs(Path file, int features, int answers) throws IOException {
    return read(file, header -> CsvTable.ofInputs(file, header, features, answers));
  }

  private static Dataset read(
      Path file, Optional<String> labelColumn, Optional<List<String>> classes) throws IOException {
    return read(file, header -> new CsvTable(file, header.withLabel(), labelColumn, classes));
  }

  /**
   * Reads a file of texts and labels. Other columns are passed over.
   *
   * @param textColumn the text's column; otherwise the one named "text", or the only one there is
   * @param labelColumn the label's; otherwise the one named "label", or the last
   * @param classes what the labels must be among; otherwise those that occur, in order
   * @throws FileFormatException if the file is not sound, with the line; or a label is no class
   * @throws IOException if it cannot be read
   */
  public static TextTable readTexts(
      Path file,
      Optional<String> textColumn,
      Optional<String> labelColumn,
      Optional<List<String>> classes)
      throws IOException {
    return read(
        file, header -> new CsvTexts(file, header.withLabel(), textColumn, labelColumn, classes));
  }

  /** Collects rows. */
  interface Rows<T> {
    /** Takes a row. */
    void add(long line, List<String> fields) throws FileFormatException;

    /** What the rows make. */
    T result() throws FileFormatException;
  }

  /** Begins to collect rows. */
  @FunctionalInterface
  private interface Begin<T> {
    Rows<T> rows(CsvHeader header) throws IOException;
  }

  private static <T> T read(Path file, Begin<T> begin) throws IOException {
    InputFile.size(file);
    try (Reader text = text(file);
        CsvReader<CsvRecord> reader =
            CsvReader.builder()
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(text);
        CloseableIterator<CsvRecord> records = reader.iterator()) {
      if (!records.hasNext()) {
        throw new FileFormatException(file, "the file is empty", "it needs a header and rows");
      }
      Rows<T> rows = begin.rows(CsvHeader.of(file, records.next().getFields()));
      while (records.hasNext()) {
        CsvRecord row = records.next();
        rows.add(row.getStartingLineNumber(), row.getFields());
      }
      return rows.result();
    } catch (CsvParseException | UncheckedIOException broken) {
      throw wrong(file, broken);
    }
  }

  private static IOException wrong(Path file, RuntimeException broken) {
    for (Throwable t = broken; t != null; t = t.getCause()) {
      if (t instanceof CharacterCodingException) {
        return new FileFormatException(
            file, "the file is not UTF-8 text", "save it in that encoding", broken);
      }
      if (t instanceof IOException failure && broken instanceof UncheckedIOException) {
        return failure;
      }
    }
    return new FileFormatException(
        file, "not valid CSV: " + broken.getMessage(), "check its quotes and commas", broken);
  }

  /** The text without the mark that some spreadsheets begin with. */
  private static Reader text(Path file) throws IOException {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    var text = new PushbackReader(new InputStreamReader(Files.newInputStream(file), decoder));
    try {
      int first = text.read();
      if (first != BYTE_ORDER_MARK && first != -1) {
        text.unread(first);
      }
      return text;
    } catch (CharacterCodingException malformed) {
      text.close();
      throw new FileFormatException(
          file, "the file is not UTF-8 text", "save it in that encoding", malformed);
    }
  }
}
