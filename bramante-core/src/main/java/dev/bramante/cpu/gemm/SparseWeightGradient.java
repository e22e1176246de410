package dev.bramante.cpu.gemm;

import java.util.Arrays;

/**
 * The gradient of a convolution's weights from the entries of dy that are not zero. Each task does
 * some filters and a part of the taps for all images, so nothing is left to add up and the order of
 * the sums is fixed.
 */
final class SparseWeightGradient {
  /** Filters that read an image block while it is in the L1 cache, and whose sums fit there too. */
  private static final int MOST_FILTERS = 16;

  private static final int TASKS = 16;

  private final ConvSpec conv;
  private final GradientEntries entries;
  private final SparseBlocks tiles;
  private final Split filters;
  private final int largest;

  SparseWeightGradient(ConvSpec conv, GradientEntries entries, int lanes, int mostVectors) {
    this.conv = conv;
    this.entries = entries;
    tiles = SparseBlocks.of(conv.kernelHeight(), rowTaps(conv), lanes, mostVectors);
    int least = Split.units(conv.filters(), MOST_FILTERS);
    filters =
        Split.of(conv.filters(), 1, Math.max(least, Split.units(TASKS, tiles.tiles().size())));
    largest = tiles.tiles().stream().mapToInt(tile -> tile.rows() * tile.columns()).max().orElse(0);
  }

  private static int rowTaps(ConvSpec conv) {
    return conv.kernelWidth() * conv.channels();
  }

  int tasks() {
    return tiles.tiles().size() * filters.parts();
  }

  /** Floats of scratch memory of each worker. */
  int workerFloats() {
    return MOST_FILTERS * largest;
  }

  /** Floats that are read past the end of an image. */
  int overhang() {
    return tiles.rowFloats() - rowTaps(conv);
  }

  /**
   * Computes a part of dw.
   *
   * @param task which part
   * @param images the padded images
   * @param dw the result
   * @param ints what holds the patches of the entries
   * @param floats what holds their values
   * @param sums where the worker's own floats begin
   */
  void run(int task, Span images, Span dw, int[] ints, float[] floats, int sums) {
    var tile = tiles.tiles().get(task / filters.parts());
    int part = task % filters.parts();
    int first = filters.start(part);
    int count = filters.start(part + 1) - first;
    int size = tile.rows() * tile.columns();
    int ld = conv.paddedWidth() * conv.channels();
    int from = images.offset() + tile.row() * ld + tile.column();
    Arrays.fill(floats, sums, sums + count * size, 0f);
    for (int block = 0; block < entries.blocks(); block++) {
      for (int i = 0; i < count; i++) {
        int length = ints[entries.count(block, first + i)];
        // Patches and values of a list begin at different places of their arrays.
        tile.kernel()
            .run(
                ints,
                entries.patches(block, first + i),
                floats,
                entries.values(block, first + i),
                length,
                images.floats(),
                from,
                ld,
                floats,
                sums + i * size,
                tile.columns());
      }
    }
    turn(tile, first, count, floats, sums, dw);
  }

  /** Writes the sums of filters, of a tile each, as rows of filters. */
  private void turn(
      SparseBlocks.Tile tile, int first, int count, float[] floats, int sums, Span dw) {
    int size = tile.rows() * tile.columns();
    int columns = Math.min(tile.columns(), rowTaps(conv) - tile.column());
    for (int row = 0; row < tile.rows(); row++) {
      int tap = (tile.row() + row) * rowTaps(conv) + tile.column();
      for (int column = 0; column < columns; column++) {
        int to = dw.offset() + (tap + column) * conv.filters() + first;
        int from = sums + row * tile.columns() + column;
        for (int i = 0; i < count; i++) {
          dw.floats()[to + i] = floats[from + i * size];
        }
      }
    }
  }
}
