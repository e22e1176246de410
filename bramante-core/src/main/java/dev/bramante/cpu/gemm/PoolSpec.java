package dev.bramante.cpu.gemm;

/**
 * The windows of a pooling.
 *
 * @param kernelHeight rows of a window
 * @param kernelWidth columns of a window
 * @param strideHeight rows between two windows
 * @param strideWidth columns between two windows
 * @param padHeight rows of padding above and below; less than a window has
 * @param padWidth columns of padding left and right; less than a window has
 */
public record PoolSpec(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int padHeight,
    int padWidth) {
  /** Checks the sizes. */
  public PoolSpec {
    if (padHeight >= kernelHeight || padWidth >= kernelWidth) {
      throw new IllegalArgumentException("a window may not be padding alone");
    }
  }

  /** Elements of a window. */
  int elements() {
    return kernelHeight * kernelWidth;
  }

  int outHeight(int height) {
    return (height + 2 * padHeight - kernelHeight) / strideHeight + 1;
  }

  int outWidth(int width) {
    return (width + 2 * padWidth - kernelWidth) / strideWidth + 1;
  }
}
