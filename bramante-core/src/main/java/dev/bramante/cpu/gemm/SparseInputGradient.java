package dev.bramante.cpu.gemm;

import java.util.Arrays;

/**
 * The gradient of a convolution's images from the entries of dy that are not zero: for each place
 * of an image, the sum of the weights of the filters that have an entry there.
 *
 * <p>The weights are copied to rows [filter, kernel row, kernel column, channel] first. Then each
 * task does some images, a part of the weights at a time, so that the part stays in the cache.
 */
final class SparseInputGradient {
  private final ConvSpec conv;
  private final PoolWindows windows;
  private final int images;
  private final SparseBlocks tiles;
  private final int[] elementOf;

  /**
   * A gradient.
   *
   * @param images images done at a time, at most
   */
  SparseInputGradient(ConvSpec conv, PoolWindows windows, int images, int lanes, int mostVectors) {
    this.conv = conv;
    this.windows = windows;
    this.images = images;
    tiles = SparseBlocks.of(conv.kernelHeight(), rowTaps(), lanes, mostVectors);
    elementOf = new int[windows.place(windows.elements() - 1) + 1];
    for (int element = 0; element < windows.elements(); element++) {
      elementOf[windows.place(element)] = element;
    }
  }

  private int rowTaps() {
    return conv.kernelWidth() * conv.channels();
  }

  private int filterFloats() {
    return conv.kernelHeight() * tiles.rowFloats();
  }

  /** Floats of the copied weights. */
  int weightFloats() {
    return conv.filters() * filterFloats();
  }

  private int groups() {
    return windows.count() * windows.elements();
  }

  /**
   * Ints of scratch memory of each worker: filters of the entries, where groups begin, and the
   * filters of one window.
   */
  int workerInts() {
    return images * (windows.count() * conv.filters() + groups()) + 1 + conv.filters();
  }

  /** Floats of scratch memory of each worker: padded images, and the values of the entries. */
  int workerFloats() {
    return imageFloats() + images * windows.count() * conv.filters();
  }

  private int imageFloats() {
    return images * conv.paddedImage() + tiles.rowFloats();
  }

  /** Copies the weights of some filters. */
  void pack(int begin, int end, Span weight, float[] floats, int weightsAt) {
    int taps = rowTaps();
    for (int row = 0; row < conv.kernelHeight(); row++) {
      for (int filter = begin; filter < end; filter++) {
        int to = weightsAt + filter * filterFloats() + row * tiles.rowFloats();
        int from = weight.offset() + row * taps * conv.filters() + filter;
        for (int tap = 0; tap < taps; tap++) {
          floats[to + tap] = weight.floats()[from + tap * conv.filters()];
        }
        Arrays.fill(floats, to + taps, to + tiles.rowFloats(), 0f);
      }
    }
  }

  /**
   * Sorts an image's entries by window and element.
   *
   * @param slot which of the images done together
   * @param image which image
   * @param gradient the gradient to the pooled result
   * @param ints hold the table of winners and what the worker works with
   * @param tableAt where the table begins
   * @param rowLength distance of its rows
   * @param at where the worker's ints begin
   * @param floats hold the values that are sorted
   * @param valuesAt where they begin
   */
  void sort(
      int slot,
      int image,
      Span gradient,
      int[] ints,
      int tableAt,
      int rowLength,
      int at,
      float[] floats,
      int valuesAt) {
    int starts = startsAt(at) + slot * groups();
    int values = valuesAt + imageFloats();
    if (slot == 0) {
      ints[starts] = 0;
    }
    int filters = conv.filters();
    for (int w = 0; w < windows.count(); w++) {
      int base = image * conv.paddedImage() + windows.patch(w);
      int from = gradient.offset() + (image * windows.count() + w) * filters;
      int begin = starts + w * windows.elements();
      Arrays.fill(ints, begin + 1, begin + windows.elements() + 1, 0);
      int known = knownAt(at);
      int count = nonZero(gradient.floats(), from, ints, known);
      for (int i = 0; i < count; i++) {
        int winner = ints[tableAt + w * rowLength + ints[known + i]];
        ints[begin + 1 + elementOf[winner - base]]++;
      }
      // What was a count becomes where the group begins, and placing moves that to its end.
      int next = ints[begin];
      for (int e = 1; e <= windows.elements(); e++) {
        int length = ints[begin + e];
        ints[begin + e] = next;
        next += length;
      }
      for (int i = 0; i < count; i++) {
        int filter = ints[known + i];
        int element = elementOf[ints[tableAt + w * rowLength + filter] - base];
        int to = ints[begin + 1 + element]++;
        ints[at + to] = filter * filterFloats();
        floats[values + to] = gradient.floats()[from + filter];
      }
    }
  }

  /** Lists the filters whose gradient is not zero, without a branch that would be random. */
  private int nonZero(float[] gradient, int from, int[] ints, int known) {
    int count = 0;
    for (int filter = 0; filter < conv.filters(); filter++) {
      int magnitude = Float.floatToRawIntBits(gradient[from + filter]) << 1;
      ints[known + count] = filter;
      count += (magnitude | -magnitude) >>> 31;
    }
    return count;
  }

  private int startsAt(int at) {
    return at + images * windows.count() * conv.filters();
  }

  private int knownAt(int at) {
    return startsAt(at) + images * groups() + 1;
  }

  /** Computes dx of the images whose entries have been sorted, and writes it from {@code first}. */
  void run(
      int first,
      int count,
      int[] ints,
      int at,
      float[] floats,
      int weightsAt,
      int imagesAt,
      Span dx) {
    Arrays.fill(floats, imagesAt, imagesAt + imageFloats(), 0f);
    int values = imagesAt + imageFloats();
    for (int t = 0; t < tiles.tiles().size(); t++) {
      var tile = tiles.tiles().get(t);
      int from = weightsAt + tile.row() * tiles.rowFloats() + tile.column();
      for (int slot = 0; slot < count; slot++) {
        add(tile, slot, ints, at, floats, values, from, imagesAt + slot * conv.paddedImage());
      }
    }
    for (int slot = 0; slot < count; slot++) {
      int to = dx.offset() + (first + slot) * conv.height() * conv.width() * conv.channels();
      copyOut(floats, imagesAt + slot * conv.paddedImage(), dx.floats(), to);
    }
  }

  private void add(
      SparseBlocks.Tile tile,
      int slot,
      int[] ints,
      int at,
      float[] floats,
      int values,
      int from,
      int imageAt) {
    int ld = conv.paddedWidth() * conv.channels();
    int tileAt = imageAt + tile.row() * ld + tile.column();
    int group = startsAt(at) + slot * groups();
    for (int w = 0; w < windows.count(); w++) {
      int corner = tileAt + windows.patch(w);
      for (int e = 0; e < windows.elements(); e++) {
        int begin = ints[group];
        int end = ints[++group];
        if (begin < end) {
          tile.kernel()
              .run(
                  ints,
                  at + begin,
                  floats,
                  values + begin,
                  end - begin,
                  floats,
                  from,
                  tiles.rowFloats(),
                  floats,
                  corner + windows.place(e),
                  ld);
        }
      }
    }
  }

  /** Copies an image without its padding. */
  private void copyOut(float[] floats, int from, float[] dx, int to) {
    int row = conv.width() * conv.channels();
    for (int r = 0; r < conv.height(); r++) {
      int start = ((r + conv.top()) * conv.paddedWidth() + conv.left()) * conv.channels();
      System.arraycopy(floats, from + start, dx, to + r * row, row);
    }
  }
}
