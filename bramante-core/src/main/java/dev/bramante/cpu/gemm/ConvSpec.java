package dev.bramante.cpu.gemm;

/**
 * The sizes of a convolution of images x[n, height, width, channels] with weights w[kernelHeight,
 * kernelWidth, channels / groups, filters], giving y[n, outHeight, outWidth, filters].
 *
 * @param n images
 * @param height rows of an image
 * @param width columns of an image
 * @param channels channels of an image
 * @param filters channels of the result
 * @param rows what happens along the rows
 * @param columns what happens along the columns
 * @param groups groups of channels and filters that have nothing to do with each other
 */
public record ConvSpec(
    int n,
    int height,
    int width,
    int channels,
    int filters,
    ConvAxis rows,
    ConvAxis columns,
    int groups) {
  /** The most pixels of a row that was made from an image. */
  private static final int LONG_ROW = 256;

  /** Checks the sizes. */
  public ConvSpec {
    if (Math.min(Math.min(n, channels), Math.min(filters, groups)) < 1) {
      throw new IllegalArgumentException("a convolution has sizes of at least 1");
    }
    if (channels % groups != 0 || filters % groups != 0) {
      throw new IllegalArgumentException(
          "%d channels and %d filters do not fall into %d groups"
              .formatted(channels, filters, groups));
    }
    if (rows.padded(height) <= rows.reach() || columns.padded(width) <= columns.reach()) {
      throw new IllegalArgumentException(
          "a kernel of %d×%d does not fit into an image of %d×%d"
              .formatted(rows.kernel(), columns.kernel(), height, width));
    }
  }

  /** A convolution with stride 1, no padding, no dilation and one group. */
  public static ConvSpec of(
      int n, int height, int width, int channels, int kernelHeight, int kernelWidth, int filters) {
    return new ConvSpec(
        n,
        height,
        width,
        channels,
        filters,
        ConvAxis.of(kernelHeight),
        ConvAxis.of(kernelWidth),
        1);
  }

  /** With another stride. */
  public ConvSpec stride(int rows, int columns) {
    return along(this.rows.stride(rows), this.columns.stride(columns));
  }

  /** With zeros around the image. */
  public ConvSpec padding(int top, int left, int bottom, int right) {
    return along(rows.padding(top, bottom), columns.padding(left, right));
  }

  /** With another distance of taps. */
  public ConvSpec dilation(int rows, int columns) {
    return along(this.rows.dilation(rows), this.columns.dilation(columns));
  }

  private ConvSpec along(ConvAxis rows, ConvAxis columns) {
    return new ConvSpec(n, height, width, channels, filters, rows, columns, groups);
  }

  /** With several groups. */
  public ConvSpec groups(int groups) {
    return new ConvSpec(n, height, width, channels, filters, rows, columns, groups);
  }

  /** Rows of the kernel. */
  public int kernelHeight() {
    return rows.kernel();
  }

  /** Columns of the kernel. */
  public int kernelWidth() {
    return columns.kernel();
  }

  /** Rows between two applications. */
  public int strideHeight() {
    return rows.stride();
  }

  /** Columns between two applications. */
  public int strideWidth() {
    return columns.stride();
  }

  /** Rows of zeros above the image. */
  public int top() {
    return rows.before();
  }

  /** Columns of zeros to its left. */
  public int left() {
    return columns.before();
  }

  /** Rows of zeros below. */
  public int bottom() {
    return rows.after();
  }

  /** Columns of zeros to its right. */
  public int right() {
    return columns.after();
  }

  /** Rows between two taps. */
  public int dilationHeight() {
    return rows.dilation();
  }

  /** Columns between two taps. */
  public int dilationWidth() {
    return columns.dilation();
  }

  /** Rows of the result. */
  public int outHeight() {
    return rows.results(height);
  }

  /** Columns of the result. */
  public int outWidth() {
    return columns.results(width);
  }

  int outPixels() {
    return outHeight() * outWidth();
  }

  int paddedHeight() {
    return rows.padded(height);
  }

  int paddedWidth() {
    return columns.padded(width);
  }

  boolean isPadded() {
    return top() + left() + bottom() + right() > 0;
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
    return kernelHeight() * kernelWidth() * groupChannels();
  }

  long multiplyAdds() {
    return (long) n * outPixels() * filters * taps();
  }

  /** Offset in a padded image of the first value that an output pixel depends on. */
  int pixelOffset(int pixel) {
    int row = pixel / outWidth();
    int column = pixel % outWidth();
    return (row * strideHeight() * paddedWidth() + column * strideWidth()) * channels;
  }

  /** Offset in a padded image of a tap, counted over rows, columns and channels of the kernel. */
  int tapOffset(int tap) {
    int place = tap / groupChannels();
    int row = place / kernelWidth();
    int column = place % kernelWidth();
    return (row * dilationHeight() * paddedWidth() + column * dilationWidth()) * channels
        + tap % groupChannels();
  }

  /** Taps in a row that follow each other in an image. */
  int contiguousTaps() {
    return dilationWidth() == 1 && groups == 1 ? kernelWidth() * channels : groupChannels();
  }

  /** Whether each output pixel depends on the input pixel at its place alone. */
  boolean isPointwise() {
    return kernelHeight() * kernelWidth() == 1
        && strideHeight() * strideWidth() == 1
        && !isPadded();
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
