package dev.bramante.cpu.gemm;

import java.util.Arrays;

/**
 * The weights of a 3×3 convolution at the points of Winograd's formula: for each panel of columns,
 * and each point, a matrix of one row for each step of the sum. Sums run over channels, columns are
 * filters; or, for the input gradient, the other way round with the kernel turned by 180 degrees.
 *
 * @param transform the map of the weights
 * @param panels the panels, of one point
 * @param turned whether it is for the input gradient
 * @param transpose what copies the weights then
 * @param lanes floats in a vector
 */
record WinogradWeights(
    Transform transform, WeightPanels panels, boolean turned, PanelTranspose transpose, int lanes) {
  private static final int TAPS = 9;
  private static final int POINTS = WinogradForm.POINTS * WinogradForm.POINTS;

  /** Rows of the sum that are transposed at a time. */
  private static final int BLOCK = 16;

  /**
   * The weights.
   *
   * @param channels steps of the sum
   * @param filters columns
   * @param width columns of a panel
   */
  static WinogradWeights of(int channels, int filters, int width, boolean turned, int lanes) {
    var transform = Transform.of(lanes, WinogradForm.WEIGHT);
    var panels = new WeightPanels(channels, 1, filters, width);
    return new WinogradWeights(transform, panels, turned, new PanelTranspose(width, lanes), lanes);
  }

  /** Distance of two points of a panel. */
  int plane() {
    return WinogradGrid.spread(panels.steps() * panels.width());
  }

  /** Distance of two panels. */
  int panelSize() {
    return POINTS * plane();
  }

  /** Floats of all panels. */
  int size() {
    return panels.count() * panelSize();
  }

  /** Floats of all panels of {@link #arrange}. */
  int arrangedSize() {
    return panels.count() * arrangedPanel();
  }

  private int arrangedPanel() {
    return panels.steps() * TAPS * panels.width();
  }

  /** Puts untransformed weights in the order in which {@link #transform} reads them. */
  void arrange(float[] w, int wo, float[] arranged, int at) {
    int width = panels.width();
    int to = at;
    for (int panel = 0; panel < panels.count(); panel++) {
      int columns = panels.columns(panel);
      for (int step = 0; step < panels.steps(); step++) {
        for (int tap = 0; tap < TAPS; tap++) {
          int from = wo + (tap * panels.steps() + step) * panels.groupColumns();
          System.arraycopy(w, from + panels.column(panel), arranged, to, columns);
          Arrays.fill(arranged, to + columns, to + width, 0f);
          to += width;
        }
      }
    }
  }

  /** Transforms a panel of arranged weights. */
  void transform(int panel, float[] arranged, int ao, float[] points, int at) {
    int width = panels.width();
    int from = ao + panel * arrangedPanel();
    for (int step = 0; step < panels.steps(); step++) {
      transform.run(
          width / lanes,
          arranged,
          from + step * TAPS * width,
          3 * width,
          width,
          points,
          at + step * width,
          WinogradForm.POINTS * plane(),
          plane(),
          arranged,
          0);
    }
  }

  /** Transforms a panel of weights as they are. */
  void packPanel(int panel, float[] w, int wo, float[] points, int at, float[] scratch, int so) {
    for (int task = panel; task < tasks(); task += panels.count()) {
      pack(task, w, wo, points, at - panel * panelSize(), scratch, so);
    }
  }

  /** Floats of scratch memory that a task needs. */
  int scratch() {
    return TAPS * BLOCK * panels.width() + lanes;
  }

  /** Tasks of {@link #pack}. */
  int tasks() {
    return panels.count() * Split.units(panels.steps(), BLOCK);
  }

  /** Transforms some rows of a panel. */
  void pack(int task, float[] w, int wo, float[] packed, int po, float[] scratch, int so) {
    int panel = task % panels.count();
    int step = task / panels.count() * BLOCK;
    int steps = Math.min(BLOCK, panels.steps() - step);
    int columns = panels.columns(panel);
    int width = panels.width();
    for (int tap = 0; tap < TAPS; tap++) {
      int at = so + tap * BLOCK * width;
      if (turned) {
        int filters = panels.steps();
        int from =
            wo + ((TAPS - 1 - tap) * panels.groupColumns() + panels.column(panel)) * filters + step;
        transpose.run(w, from, filters, steps, columns, scratch, at);
      } else {
        int filters = panels.groupColumns();
        int from = wo + (tap * panels.steps() + step) * filters + panels.column(panel);
        Packing.panel(w, from, filters, steps, columns, scratch, at, width);
      }
    }
    int tapDistance = BLOCK * width;
    for (int i = 0; i < steps; i++) {
      transform.run(
          width / lanes,
          scratch,
          so + i * width,
          3 * tapDistance,
          tapDistance,
          packed,
          po + panel * panelSize() + (step + i) * width,
          WinogradForm.POINTS * plane(),
          plane(),
          scratch,
          0);
    }
  }
}
