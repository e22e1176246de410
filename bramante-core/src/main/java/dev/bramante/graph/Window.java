package dev.bramante.graph;

/**
 * The geometry of a sliding window over the two spatial axes of an image batch {@code [N, H, W,
 * C]}: kernel sizes, strides, zero padding on either side, and dilation, each for height and width.
 */
public record Window(
    int kernelH,
    int kernelW,
    int strideH,
    int strideW,
    int padH,
    int padW,
    int dilationH,
    int dilationW) {

  /** Checks that sizes make sense. */
  public Window {
    if (kernelH < 1 || kernelW < 1 || strideH < 1 || strideW < 1) {
      throw new IllegalArgumentException("kernel and stride must be at least 1");
    }
    if (padH < 0 || padW < 0 || dilationH < 1 || dilationW < 1) {
      throw new IllegalArgumentException("padding must be at least 0 and dilation at least 1");
    }
  }

  /** A square window without dilation. */
  public static Window square(int kernel, int stride, int pad) {
    return new Window(kernel, kernel, stride, stride, pad, pad, 1, 1);
  }

  /** The input rows that one window spans. */
  public int spanH() {
    return (kernelH - 1) * dilationH + 1;
  }

  /** The input columns that one window spans. */
  public int spanW() {
    return (kernelW - 1) * dilationW + 1;
  }

  /** Output rows for {@code height} input rows, or a number below 1 when the window doesn't fit. */
  public int outH(int height) {
    return Math.floorDiv(height + 2 * padH - spanH(), strideH) + 1;
  }

  /** Output columns for {@code width} input columns. */
  public int outW(int width) {
    return Math.floorDiv(width + 2 * padW - spanW(), strideW) + 1;
  }

  /** Whether each pixel of such an image belongs to exactly one window. */
  public boolean tiles(int height, int width) {
    return dilationH == 1
        && dilationW == 1
        && padH == 0
        && padW == 0
        && kernelH == strideH
        && kernelW == strideW
        && height % strideH == 0
        && width % strideW == 0;
  }

  /** As {@code 5x5}, with stride, padding and dilation where they aren't trivial. */
  @Override
  public String toString() {
    var text = new StringBuilder(pair(kernelH, kernelW));
    if (strideH != 1 || strideW != 1) {
      text.append(" stride ").append(pair(strideH, strideW));
    }
    if (padH != 0 || padW != 0) {
      text.append(" pad ").append(pair(padH, padW));
    }
    if (dilationH != 1 || dilationW != 1) {
      text.append(" dilation ").append(pair(dilationH, dilationW));
    }
    return text.toString();
  }

  private static String pair(int h, int w) {
    return h + "x" + w;
  }
}
