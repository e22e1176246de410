package dev.bramante.experiments;

import java.util.List;

/**
 * Lines over one quantity.
 *
 * @param title what is shown
 * @param across the quantity to the right
 * @param up the quantity upwards
 * @param logAcross whether the former is shown by its logarithm
 * @param logUp whether the latter is
 * @param lines what is compared
 */
public record Chart(
    String title, String across, String up, boolean logAcross, boolean logUp, List<Line> lines)
    implements Picture {
  /** Copies the list. */
  public Chart {
    lines = List.copyOf(lines);
  }

  /**
   * Points that are joined.
   *
   * @param name what they belong to
   * @param x positions to the right
   * @param y positions upwards, as many
   */
  public record Line(String name, double[] x, double[] y) {}
}
