package dev.bramante.cpu.gemm;

/**
 * The weights of a convolution as its input gradient reads them: sums run over filters, columns are
 * channels. Within a panel the places of the kernel follow each other, from the last to the first
 * if they are turned.
 *
 * @param spec sizes of the convolution
 * @param panels the panels, of places × filters steps
 * @param turned whether the kernel is turned by 180 degrees
 * @param transpose what copies
 */
record TurnedWeights(ConvSpec spec, WeightPanels panels, boolean turned, PanelTranspose transpose) {

  static TurnedWeights of(ConvSpec spec, int width, boolean turned, int lanes) {
    int steps = spec.kernelHeight() * spec.kernelWidth() * spec.groupFilters();
    var panels = new WeightPanels(steps, spec.groups(), spec.groupChannels(), width);
    return new TurnedWeights(spec, panels, turned, new PanelTranspose(width, lanes));
  }

  /** Copies a panel to its place among the packed ones. */
  void pack(int panel, float[] w, int wo, float[] packed, int po) {
    int places = spec.kernelHeight() * spec.kernelWidth();
    int width = panels.width();
    int group = panels.group(panel);
    int channel = panels.column(panel) - group * spec.groupChannels();
    for (int place = 0; place < places; place++) {
      int from = turned ? places - 1 - place : place;
      int start =
          wo
              + (from * spec.groupChannels() + channel) * spec.filters()
              + group * spec.groupFilters();
      transpose.run(
          w,
          start,
          spec.filters(),
          spec.groupFilters(),
          panels.columns(panel),
          packed,
          po + (panel * panels.steps() + place * spec.groupFilters()) * width);
    }
  }
}
