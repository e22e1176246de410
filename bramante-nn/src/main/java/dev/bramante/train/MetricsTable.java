package dev.bramante.train;

import dev.bramante.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The file of a run's metrics: a header, and a row for each epoch. */
final class MetricsTable {
  private final Path file;
  private final List<String> rows = new ArrayList<>();

  /** An empty table; the file is not touched. */
  MetricsTable(Path file) {
    this.file = file;
  }

  /** Takes over the rows of the file up to a step; those of later ones will be made anew. */
  void keepUpTo(long step) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.split(",");
      boolean row = cells.length > 1 && cells[1].matches("\\d{1,18}");
      if (row && Long.parseLong(cells[1]) <= step) {
        rows.add(line);
      }
    }
  }

  /** Adds a row and replaces the file. */
  void add(EpochReport report) throws IOException {
    rows.add(report.row());
    AtomicFile.write(file, report.header() + "\n" + String.join("\n", rows) + "\n");
  }
}
