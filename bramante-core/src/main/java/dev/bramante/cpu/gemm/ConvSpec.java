package dev.bramante.cpu.gemm;

/**
 * The sizes of a convolution of images x[n, height, width, channels] with weights w[kernelHeight,
 * kernelWidth, channels / groups, filters], giving y[n, outHeight, outWidth, filters].
 *
 * @param n images
 * @param height rows of an image
 * @param width columns of an image
 * @param channels channels of an image
 * @param kernelHeight rows of the kernel
 * @param kernelWidth columns of the kernel
 * @param filters channels of the result
 * @param strideHeight rows between two applications
 * @param strideWidth columns between two applications
 * @param top rows of zeros above the image
 * @param left columns of zeros to its left
 * @param bottom rows of zeros below
 * @param right columns of zeros to its right
 * @param dilationHeight rows between two taps
 * @param dilationWidth columns between two taps
 * @param groups groups of channels and filters that have nothing to do with each other
 */
public record ConvSpec(
    int n,
    int height,
    int width,
    int channels,
    int kernelHeight,
    int kernelWidth,
    int filters,
    int strideHeight,
    int strideWidth,
    int top,
    int left,
    int bottom,
    int right,
    int dilationHeight,
    int dilationWidth,
    int groups) {
  /** The most pixels of a row that was made from an image. */
  private static final int LONG_ROW = 256;

  /** Checks the sizes. */
  public ConvSpec {
    int least =
        Math.min(
            Math.min(Math.min(n, channels), Math.min(filters, groups)),
            Math.min(
                Math.min(kernelHeight, kernelWidth),
                Math.min(
                    Math.min(strideHeight, strideWidth), Math.min(dilationHeight, dilationWidth))));
    if (least < 1 || Math.min(Math.min(top, left), Math.min(bottom, right)) < 0) {
      throw new IllegalArgumentException("a convolution has sizes of at least 1 and no negative");
    }
    if (channels % groups != 0 || filters % groups != 0) {
      throw new IllegalArgumentException(
          channels
              + " channels and "
              + filters
              + " filters do not fall into "
              + groups
              + " groups");
    }
    if (height + top + bottom < (kernelHeight - 1) * dilationHeight + 1
        || width + left + right < (kernelWidth - 1) * dilationWidth + 1) {
      throw new IllegalArgumentException(
          "a kernel of "
              + kernelHeight
              + "×"
              + kernelWidth
              + " does not fit into an image of "
              + height
              + "×"
              + width);
    }
  }

  /** A convolution with stride 1, no padding, no dilation and one group. */
  public static ConvSpec of(
      int n, int height, int width, int channels, int kernelHeight, int kernelWidth, int filters) {
    return new ConvSpec(
        n, height, width, channels, kernelHeight, kernelWidth, filters, 1, 1, 0, 0, 0, 0, 1, 1, 1);
  }

  /** With another stride. */
  public ConvSpec stride(int rows, int columns) {
    return new ConvSpec(
        n,
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
        filters,
        rows,
        columns,
        top,
        left,
        bottom,
        right,
        dilationHeight,
        dilationWidth,
        groups);
  }

  /** With zeros around the image. */
  public ConvSpec padding(int top, int left, int bottom, int right) {
    return new ConvSpec(
        n,
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
        filters,
        strideHeight,
        strideWidth,
        top,
        left,
        bottom,
        right,
        dilationHeight,
        dilationWidth,
        groups);
  }

  /** With another distance of taps. */
  public ConvSpec dilation(int rows, int columns) {
    return new ConvSpec(
        n,
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
        filters,
        strideHeight,
        strideWidth,
        top,
        left,
        bottom,
        right,
        rows,
        columns,
        groups);
  }

  /** With several groups. */
  public ConvSpec groups(int groups) {
    return new ConvSpec(
        n,
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
        filters,
        strideHeight,
        strideWidth,
        top,
        left,
        bottom,
        right,
        dilationHeight,
        dilationWidth,
        groups);
  }

  /** Rows of the result. */
  public int outHeight() {
    return (paddedHeight() - (kernelHeight - 1) * dilationHeight - 1) / strideHeight + 1;
  }

  /** Columns of the result. */
  public int outWidth() {
    return (paddedWidth() - (kernelWidth - 1) * dilationWidth - 1) / strideWidth + 1;
  }

  int outPixels() {
    return outHeight() * outWidth();
  }

  int paddedHeight() {
    return height + top + bottom;
  }

  int paddedWidth() {
    return width + left + right;
  }

  boolean isPadded() {
    return top + left + bottom + right > 0;
  }

  /** Floats of a padded image. */
  int paddedImage() {
    return paddedHeight() * paddedWidth() * channels;
  }

  int groupChannels() {
    return channels / groups;
  }

  int groupFilters() {
    return filters / groups;
  }

  /** Length of the sum behind one result. */
  int taps() {
    return kernelHeight * kernelWidth * groupChannels();
  }

  long multiplyAdds() {
    return (long) n * outPixels() * filters * taps();
  }

  /** Offset in a padded image of the first value that an output pixel depends on. */
  int pixelOffset(int pixel) {
    int row = pixel / outWidth();
    int column = pixel % outWidth();
    return (row * strideHeight * paddedWidth() + column * strideWidth) * channels;
  }

  /** Offset in a padded image of a tap, counted over rows, columns and channels of the kernel. */
  int tapOffset(int tap) {
    int place = tap / groupChannels();
    int row = place / kernelWidth;
    int column = place % kernelWidth;
    return (row * dilationHeight * paddedWidth() + column * dilationWidth) * channels
        + tap % groupChannels();
  }

  /** Taps in a row that follow each other in an image. */
  int contiguousTaps() {
    return dilationWidth == 1 && groups == 1 ? kernelWidth * channels : groupChannels();
  }

  /** Whether each output pixel depends on the input pixel at its place alone. */
  boolean isPointwise() {
    return kernelHeight * kernelWidth == 1 && strideHeight * strideWidth == 1 && !isPadded();
  }

  /** The same convolution with its images as single rows, if it is pointwise and they are small. */
  ConvSpec withLongRows() {
    boolean small = isPointwise() && height * width <= LONG_ROW;
    return small ? of(n, 1, height * width, channels, 1, 1, filters).groups(groups) : this;
  }

  /** The same convolution with all images as one row, if it is pointwise. */
  ConvSpec asOneRow() {
    return isPointwise()
        ? of(1, 1, n * height * width, channels, 1, 1, filters).groups(groups)
        : this;
  }
}
