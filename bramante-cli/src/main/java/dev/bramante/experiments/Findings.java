package dev.bramante.experiments;

import java.util.List;

/**
 * What an experiment has found.
 *
 * @param header the names of the table's columns
 * @param rows the table, as text
 * @param pictures the same to look at, side by side
 * @param conclusions lines that say what follows from it, if anything does
 */
public record Findings(
    List<String> header,
    List<List<String>> rows,
    List<Picture> pictures,
    List<String> conclusions) {
  /** Copies the lists. */
  public Findings {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    pictures = List.copyOf(pictures);
    conclusions = List.copyOf(conclusions);
  }

  /** What speaks for itself. */
  public Findings(List<String> header, List<List<String>> rows, List<Picture> pictures) {
    this(header, rows, pictures, List.of());
  }
}
