package dev.bramante.cpu.gemm;

/**
 * The tiles of 4×4 results that cover all images of a convolution, counted by image, row and
 * column. Those at the lower and the right edge may stand over.
 *
 * @param spec sizes of the convolution
 * @param down tiles in a column of an image
 * @param across tiles in a row of an image
 */
record WinogradGrid(ConvSpec spec, int down, int across) {

  static WinogradGrid of(ConvSpec spec) {
    int tile = WinogradForm.TILE;
    return new WinogradGrid(
        spec, Split.units(spec.outHeight(), tile), Split.units(spec.outWidth(), tile));
  }

  int tilesPerImage() {
    return down * across;
  }

  int tiles() {
    return spec.n() * tilesPerImage();
  }

  int image(int tile) {
    return tile / tilesPerImage();
  }

  /** First row of the results of a tile. */
  int row(int tile) {
    return tile % tilesPerImage() / across * WinogradForm.TILE;
  }

  /** First column of the results of a tile. */
  int column(int tile) {
    return tile % across * WinogradForm.TILE;
  }

  /** Rows of a tile that starts there which belong to the result. */
  int rows(int row) {
    return Math.min(WinogradForm.TILE, spec.outHeight() - row);
  }

  int columns(int column) {
    return Math.min(WinogradForm.TILE, spec.outWidth() - column);
  }

  /** A distance that is no less and keeps lines at its multiples in different sets of a cache. */
  static int spread(int floats) {
    return Split.units(floats, 32) * 32 + 16;
  }
}
