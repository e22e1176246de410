package dev.bramante.cli;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.bramante.train.Measures;
import dev.bramante.train.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** The two pictures in a run's folder: its curves and the confusion of its classes. */
final class RunPictures {
  private static final int MOST_CLASSES = 30;

  private RunPictures() {}

  /** Draws both; where the machine cannot draw, a warning says why and the run is as good. */
  static void draw(RunFolder folder, Measures test, List<String> classes, PrintWriter warnings)
      throws IOException {
    List<NamedCsvRecord> rows;
    try (var reader = CsvReader.builder().ofNamedCsvRecord(folder.metrics())) {
      rows = reader.stream().toList();
    }
    Pictures.warnWhereNothingCanBeDrawn(
        warnings,
        () -> {
          Pictures.curves(
              folder.path().resolve("curves.svg"),
              column(rows, "epoch"),
              List.of(
                  new Pictures.Curve(
                      "loss", column(rows, "train_loss"), column(rows, "validation_loss")),
                  new Pictures.Curve(
                      "accuracy",
                      column(rows, "train_accuracy"),
                      column(rows, "validation_accuracy"))));
          if (classes.size() <= MOST_CLASSES) {
            Pictures.confusion(folder.path().resolve("confusion.svg"), test.confusion(), classes);
          }
        });
  }

  /** The numbers of a column; none where it is empty. */
  private static double[] column(List<NamedCsvRecord> rows, String name) {
    List<String> cells = rows.stream().map(row -> row.getField(name)).toList();
    return cells.contains("")
        ? new double[0]
        : cells.stream().mapToDouble(Double::parseDouble).toArray();
  }
}
