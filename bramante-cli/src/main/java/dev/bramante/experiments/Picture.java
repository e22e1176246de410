package dev.bramante.experiments;

/** What a table shows, to be drawn. */
public sealed interface Picture permits Chart, HeatMap {
  /** What is shown. */
  String title();
}
