package dev.bramante.experiments;

import java.util.List;

/**
 * Numbers of a matrix as colours.
 *
 * @param title what is shown
 * @param across what the columns are
 * @param up what the rows are
 * @param columns their names
 * @param rows their names, from the top
 * @param values by row, then by column
 */
public record HeatMap(
    String title,
    String across,
    String up,
    List<String> columns,
    List<String> rows,
    double[][] values)
    implements Picture {
  /** Copies the lists. */
  public HeatMap {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }
}
