package dev.bramante.experiments;

import java.util.List;

/**
 * What an experiment has found.
 *
 * @param header the names of the table's columns
 * @param rows the table, as text
 * @param charts the same as pictures, side by side
 */
public record Findings(List<String> header, List<List<String>> rows, List<Chart> charts) {
  /** Copies the lists. */
  public Findings {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    charts = List.copyOf(charts);
  }
}
