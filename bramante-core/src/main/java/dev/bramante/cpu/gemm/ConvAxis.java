package dev.bramante.cpu.gemm;

/**
 * What a convolution does along the rows of its images, or along their columns.
 *
 * @param kernel taps
 * @param stride pixels between two applications
 * @param before zeros before the first pixel
 * @param after zeros after the last
 * @param dilation pixels between two taps
 */
public record ConvAxis(int kernel, int stride, int before, int after, int dilation) {
  /** Checks the sizes. */
  public ConvAxis {
    if (Math.min(Math.min(kernel, stride), Math.min(dilation, 1 + Math.min(before, after))) < 1) {
      throw new IllegalArgumentException(
          "a convolution has kernels, strides and dilations of at least 1 and no negative padding:"
              + " kernel %d, stride %d, dilation %d, padding %d and %d"
                  .formatted(kernel, stride, dilation, before, after));
    }
  }

  /** With stride 1, no padding and no dilation. */
  static ConvAxis of(int kernel) {
    return new ConvAxis(kernel, 1, 0, 0, 1);
  }

  ConvAxis stride(int pixels) {
    return new ConvAxis(kernel, pixels, before, after, dilation);
  }

  ConvAxis padding(int before, int after) {
    return new ConvAxis(kernel, stride, before, after, dilation);
  }

  ConvAxis dilation(int pixels) {
    return new ConvAxis(kernel, stride, before, after, pixels);
  }

  /** Pixels between the first and the last tap. */
  int reach() {
    return (kernel - 1) * dilation;
  }

  /** The image's pixels and zeros. */
  int padded(int pixels) {
    return before + pixels + after;
  }

  /** Pixels of the result. */
  int results(int pixels) {
    return (padded(pixels) - reach() - 1) / stride + 1;
  }

  /** What maps the results' gradients back, with stride 1 and the taps turned. */
  ConvAxis turned() {
    return new ConvAxis(kernel, 1, reach() - before, reach() - after, dilation);
  }
}
