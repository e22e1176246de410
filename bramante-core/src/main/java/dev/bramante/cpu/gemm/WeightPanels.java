package dev.bramante.cpu.gemm;

/**
 * The columns of a weight matrix [steps, groups × groupColumns], cut into panels that do not cross
 * a group.
 *
 * @param steps rows of the matrix
 * @param groups groups of columns
 * @param groupColumns columns in a group
 * @param width columns in a panel
 */
record WeightPanels(int steps, int groups, int groupColumns, int width) {

  int perGroup() {
    return Split.units(groupColumns, width);
  }

  int count() {
    return groups * perGroup();
  }

  /** Floats of all panels when packed. */
  int size() {
    return count() * steps * width;
  }

  int group(int panel) {
    return panel / perGroup();
  }

  /** First column of a panel; of the panel after the last, the number of columns. */
  int column(int panel) {
    return group(panel) * groupColumns + panel % perGroup() * width;
  }

  int columns(int panel) {
    return Math.min(width, groupColumns - panel % perGroup() * width);
  }

  /** Copies a panel of a row-major matrix to its place among the packed ones. */
  void pack(int panel, float[] w, int wo, float[] packed, int po) {
    int from = wo + column(panel);
    Packing.panel(
        w,
        from,
        groups * groupColumns,
        steps,
        columns(panel),
        packed,
        po + panel * steps * width,
        width);
  }
}
