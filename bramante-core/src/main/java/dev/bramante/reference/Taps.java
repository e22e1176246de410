package dev.bramante.reference;

import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;

/** The walk over a sliding window's positions that convolution and pooling share. */
final class Taps {
  private Taps() {}

  /** What is done with one pixel of one window. */
  interface Visitor {
    /**
     * Offsets count pixels: those of the image batch in rows of channels, those of the kernel in
     * rows of whatever the kernel holds.
     *
     * @param out the window's pixel in the result [N, OH, OW]
     * @param in the pixel in the image [N, H, W]
     * @param tap the pixel in the kernel [KH, KW]
     */
    void visit(int out, int in, int tap);
  }

  /** Visits the pixels inside the image of each window, window after window, kernel row by row. */
  static void visit(Window window, Shape image, Visitor visitor) {
    int height = image.dim(1);
    int width = image.dim(2);
    int out = 0;
    for (int n = 0; n < image.dim(0); n++) {
      for (int oh = 0; oh < window.outH(height); oh++) {
        for (int ow = 0; ow < window.outW(width); ow++, out++) {
          for (int tap = 0; tap < window.kernelH() * window.kernelW(); tap++) {
            int kh = tap / window.kernelW();
            int kw = tap % window.kernelW();
            int h = oh * window.strideH() - window.padH() + kh * window.dilationH();
            int w = ow * window.strideW() - window.padW() + kw * window.dilationW();
            if (h >= 0 && h < height && w >= 0 && w < width) {
              visitor.visit(out, (n * height + h) * width + w, tap);
            }
          }
        }
      }
    }
  }
}
