package dev.bramante.cpu.gemm;

/**
 * The pixels of a convolution's result. What its {@link ConvSpec} divides out at each call stands
 * here once: the divisions cost a fifth of a tile of 25 taps.
 *
 * @param width pixels in a row
 * @param pixels pixels of an image
 * @param rowStep distance in the padded image of what two rows depend on
 * @param columnStep distance in the padded image of what two columns depend on
 */
record OutGrid(int width, int pixels, int rowStep, int columnStep) {

  static OutGrid of(ConvSpec spec) {
    return new OutGrid(
        spec.outWidth(),
        spec.outPixels(),
        spec.strideHeight() * spec.paddedWidth() * spec.channels(),
        spec.strideWidth() * spec.channels());
  }

  int column(int pixel) {
    return pixel % width;
  }

  /** Offset in a padded image of the first value that a pixel depends on. */
  int offset(int pixel) {
    int row = pixel / width;
    return row * rowStep + (pixel - row * width) * columnStep;
  }
}
