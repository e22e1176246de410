package dev.bramante.cpu.gemm;

import java.util.Arrays;

/**
 * Copies what taps of a convolution read of its images, pixel by pixel, into panels as wide as a
 * tile has rows: so that memory is read in whole lines, once for all tiles of a group. Taps that
 * lie beyond the edge of an image become zeros, so no padded copy of the images is needed.
 *
 * <p>An instance is shared by all workers.
 */
final class TapPacking {
  private static final int PADDING = 16;

  private final ConvSpec spec;
  private final int tile;
  private final int whole;
  private final CopyKernel kernel;

  TapPacking(ConvSpec spec, int tile, int lanes) {
    this.spec = spec;
    this.tile = tile;
    int vectors = Split.units(tile, lanes);
    whole = vectors * lanes;
    kernel = CopyEmitter.kernel(new CopyForm.Rows(lanes, vectors));
  }

  /**
   * Distance of two panels of so many pixels: whole vectors are written to their ends, and no
   * multiple of 4 KB, at which copying was half as fast.
   */
  int distance(int pixels) {
    return pixels * tile + whole - tile + PADDING;
  }

  /**
   * Copies some taps that follow each other in an image.
   *
   * @param x the images
   * @param xo offset of the images
   * @param pixel first pixel of the results, counted over all images
   * @param pixels number of pixels
   * @param tap first tap
   * @param taps number of taps, as {@link ConvSpec#contiguousTaps} allows
   * @param panels where to
   * @param po offset of the first panel
   * @param distance distance of two panels
   */
  void copy(
      float[] x,
      int xo,
      int pixel,
      int pixels,
      int tap,
      int taps,
      float[] panels,
      int po,
      int distance) {
    int width = spec.outWidth();
    int end = pixel + pixels;
    int at = po;
    int count;
    for (int p = pixel; p < end; p += count) {
      int line = p / width;
      int column = p - line * width;
      count = Math.min(end - p, width - column);
      copyLine(x, xo, line, column, count, tap, taps, panels, at, distance);
      at += count * tile;
    }
  }

  /** Pixels of one row of results. */
  private void copyLine(
      float[] x,
      int xo,
      int line,
      int column,
      int count,
      int tap,
      int taps,
      float[] panels,
      int po,
      int distance) {
    int channels = spec.channels();
    int place = tap / channels;
    int image = line / spec.outHeight();
    int y =
        (line - image * spec.outHeight()) * spec.strideHeight()
            - spec.top()
            + place / spec.kernelWidth() * spec.dilationHeight();
    if (y < 0 || y >= spec.height()) {
      clear(count, taps, panels, po, distance);
      return;
    }
    int row = xo + (image * spec.height() + y) * spec.width() * channels;
    int step = spec.strideWidth() * channels;
    int across = place % spec.kernelWidth() * spec.dilationWidth() - spec.left();
    int from = (column * spec.strideWidth() + across) * channels + tap % channels;
    for (int i = 0; i < count; i++) {
      copyPixel(x, row, from + i * step, taps, panels, po + i * tile, distance);
    }
  }

  /** The taps of a pixel, which begin at {@code from} in its row. */
  private void copyPixel(
      float[] x, int row, int from, int taps, float[] panels, int at, int distance) {
    int length = spec.width() * spec.channels();
    int vectored = 0;
    if (from >= 0 && from + taps <= length) {
      int room = x.length - row - from - whole;
      vectored = room < 0 ? 0 : Math.min(Split.units(taps, tile), room / tile + 1);
      kernel.run(x, row + from, tile, panels, at, distance, vectored);
    }
    for (int i = vectored; i * tile < taps; i++) {
      int first = from + i * tile;
      int last = Math.min(from + taps, first + tile);
      int to = at + i * distance;
      int low = Math.clamp(-first, 0, last - first);
      int high = Math.max(low, Math.min(last, length) - first);
      Arrays.fill(panels, to, to + low, 0f);
      if (high > low) {
        System.arraycopy(x, row + first + low, panels, to + low, high - low);
      }
      Arrays.fill(panels, to + high, to + last - first, 0f);
    }
  }

  private void clear(int pixels, int taps, float[] panels, int po, int distance) {
    for (int i = 0; i * tile < taps; i++) {
      int at = po + i * distance;
      Arrays.fill(panels, at, at + pixels * tile, 0f);
    }
  }
}
