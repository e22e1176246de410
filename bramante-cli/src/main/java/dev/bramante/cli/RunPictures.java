package dev.bramante.cli;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.bramante.train.Fit;
import dev.bramante.train.Measures;
import dev.bramante.train.RunFolder;
import dev.bramante.train.Score;
import dev.bramante.train.TokenScore;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** The two pictures in a run's folder: its curves and the confusion of its classes. */
final class RunPictures {
  private static final int MOST_CLASSES = 30;

  private RunPictures() {}

  /** Draws both; where the machine cannot draw, a warning says why and the run is as good. */
  static void draw(RunFolder folder, Score test, List<String> classes, PrintWriter warnings)
      throws IOException {
    List<NamedCsvRecord> rows;
    try (var reader = CsvReader.builder().ofNamedCsvRecord(folder.metrics())) {
      rows = reader.stream().toList();
    }
    Pictures.warnWhereNothingCanBeDrawn(
        warnings,
        () -> {
          Pictures.curves(
              folder.path().resolve("curves.svg"), column(rows, "epoch"), curves(rows, test));
          if (test instanceof Measures measures && classes.size() <= MOST_CLASSES) {
            Pictures.confusion(
                folder.path().resolve("confusion.svg"), measures.confusion(), classes);
          }
        });
  }

  private static List<Pictures.Curve> curves(List<NamedCsvRecord> rows, Score test) {
    double[] none = new double[0];
    return switch (test) {
      case Measures _, TokenScore _ ->
          List.of(
              new Pictures.Curve(
                  "loss", column(rows, "train_loss"), column(rows, "validation_loss")),
              new Pictures.Curve(
                  "accuracy", column(rows, "train_accuracy"), column(rows, "validation_accuracy")));
      case Fit _ -> // the loss in training is one of normalised numbers
          List.of(
              new Pictures.Curve("mean squared error", none, column(rows, "validation_mse")),
              new Pictures.Curve("R²", none, column(rows, "validation_r2")));
    };
  }

  /** The numbers of a column; none where it is empty. */
  private static double[] column(List<NamedCsvRecord> rows, String name) {
    List<String> cells = rows.stream().map(row -> row.getField(name)).toList();
    return cells.contains("")
        ? new double[0]
        : cells.stream().mapToDouble(Double::parseDouble).toArray();
  }
}
