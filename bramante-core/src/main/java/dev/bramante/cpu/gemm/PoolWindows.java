package dev.bramante.cpu.gemm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The windows over the result of a convolution, and which patch of the convolution's padded image
 * each of their elements comes from.
 */
final class PoolWindows {
  /**
   * Windows side by side that lie in the image in the same way.
   *
   * @param first the first window, counted over an image's
   * @param count how many
   * @param origin offset in an image of the convolution's result of the first window's corner
   * @param taps offset from there of each element; what the image's edge cuts off is replaced
   * @param places offset of the element's patch from the corner's patch
   */
  record Run(int first, int count, int origin, int[] taps, int[] places) {}

  private final ConvSpec conv;
  private final PoolSpec pool;
  private final int columns;
  private final int[] patches;
  private final List<Run> runs = new ArrayList<>();

  PoolWindows(ConvSpec conv, PoolSpec pool) {
    this.conv = conv;
    this.pool = pool;
    this.columns = pool.outWidth(conv.outWidth());
    int rows = pool.outHeight(conv.outHeight());
    patches = new int[rows * columns];
    for (int row = 0; row < rows; row++) {
      addRow(row);
    }
  }

  private void addRow(int row) {
    int top = row * pool.strideHeight() - pool.padHeight();
    for (int column = 0; column < columns; column++) {
      int left = column * pool.strideWidth() - pool.padWidth();
      int window = row * columns + column;
      patches[window] = patch(top, left);
      Run run = run(window, top, left);
      Run last = runs.isEmpty() ? run : runs.getLast();
      if (column > 0 && Arrays.equals(last.taps, run.taps)) {
        runs.removeLast();
        run = new Run(last.first, last.count + 1, last.origin, last.taps, last.places);
      }
      runs.add(run);
    }
  }

  private Run run(int window, int top, int left) {
    var taps = new int[pool.elements()];
    var places = new int[pool.elements()];
    int count = 0;
    for (int i = 0; i < pool.elements(); i++) {
      int r = i / pool.kernelWidth();
      int c = i % pool.kernelWidth();
      boolean inside = Math.min(top + r, left + c) >= 0;
      if (inside && top + r < conv.outHeight() && left + c < conv.outWidth()) {
        taps[count] = (r * conv.outWidth() + c) * conv.filters();
        places[count++] = patch(r, c);
      }
    }
    Arrays.fill(taps, count, taps.length, taps[0]);
    Arrays.fill(places, count, places.length, places[0]);
    int origin = (top * conv.outWidth() + left) * conv.filters();
    return new Run(window, 1, origin, taps, places);
  }

  private int patch(int row, int column) {
    return (row * conv.strideHeight() * conv.paddedWidth() + column * conv.strideWidth())
        * conv.channels();
  }

  List<Run> runs() {
    return runs;
  }

  /** Windows of an image. */
  int count() {
    return patches.length;
  }

  /** Elements of a window. */
  int elements() {
    return pool.elements();
  }

  /** Offset in a padded image of the patch that belongs to the corner of a window. */
  int patch(int window) {
    return patches[window];
  }

  /** Offset of an element's patch from that of its window's corner. */
  int place(int element) {
    return patch(element / pool.kernelWidth(), element % pool.kernelWidth());
  }

  /** Distance of the corners of two windows side by side, in the convolution's result. */
  int step() {
    return pool.strideWidth() * conv.filters();
  }

  /** Distance of their patches. */
  int patchStep() {
    return patch(0, pool.strideWidth());
  }
}
