package dev.bramante.cpu.gemm;

import java.util.Arrays;

/**
 * The gradient of a max-pooling as lists of what is not zero: for each block of images and each
 * channel the patches and values in the order of images and windows.
 *
 * <p>An entry's patch is the offset in the batch of padded images of what the convolution saw when
 * it made the element that won its window.
 */
final class GradientEntries {
  private final ConvSpec conv;
  private final PoolWindows windows;
  private final PoolIndex index;
  private final int lanes;
  private final int blockImages;
  private final int rowLength;
  private final int capacity;
  private final int intsAt;
  private final int floatsAt;

  /**
   * Lists.
   *
   * @param blockImages images of a block
   * @param intsAt where its ints begin in the scratch memory
   * @param floatsAt where its floats begin
   */
  GradientEntries(
      ConvSpec conv, PoolWindows windows, int lanes, int blockImages, int intsAt, int floatsAt) {
    this.conv = conv;
    this.windows = windows;
    this.lanes = lanes;
    this.blockImages = blockImages;
    this.intsAt = intsAt;
    this.floatsAt = floatsAt;
    index = SparseEmitter.index(lanes, windows.elements());
    rowLength = Split.units(conv.filters(), lanes) * lanes;
    capacity = blockImages * windows.count();
  }

  int blocks() {
    return Split.units(conv.n(), blockImages);
  }

  int blockImages() {
    return blockImages;
  }

  /** Ints of scratch memory: the counts and the patches of all lists. */
  long ints() {
    return (long) blocks() * conv.filters() * (1 + capacity);
  }

  /** Floats of scratch memory: the values. */
  long floats() {
    return (long) blocks() * conv.filters() * capacity;
  }

  /** Ints of one image's table of winners. */
  int tableSize() {
    return windows.count() * rowLength;
  }

  /** Channels in a row of the table, with what fills it up to whole vectors. */
  int rowLength() {
    return rowLength;
  }

  /** Where the patches of a list begin. */
  int patches(int block, int channel) {
    return intsAt + (block * conv.filters() + channel) * capacity;
  }

  /** Where the values of a list begin. */
  int values(int block, int channel) {
    return floatsAt + (block * conv.filters() + channel) * capacity;
  }

  /** Where the length of a list stands. */
  int count(int block, int channel) {
    return intsAt + blocks() * conv.filters() * capacity + block * conv.filters() + channel;
  }

  /** Makes the lists of a block empty. */
  void clear(int block, int[] ints) {
    int from = count(block, 0);
    Arrays.fill(ints, from, from + conv.filters(), 0);
  }

  /** Writes, for each window and channel of an image, the patch of the element that won. */
  void findWinners(int image, Span result, Span pooled, int[] table, int tableAt) {
    int filters = conv.filters();
    int resultAt = result.offset() + image * conv.outPixels() * filters;
    int pooledAt = pooled.offset() + image * windows.count() * filters;
    var runs = windows.runs();
    for (int r = 0; r < runs.size(); r++) {
      var run = runs.get(r);
      int base = image * conv.paddedImage() + windows.patch(run.first());
      for (int channel = 0; channel < filters; channel += lanes) {
        index.run(
            run.taps(),
            run.places(),
            run.count(),
            result.floats(),
            resultAt + run.origin() + channel,
            windows.step(),
            pooled.floats(),
            pooledAt + run.first() * filters + channel,
            filters,
            table,
            tableAt + run.first() * rowLength + channel,
            rowLength,
            base,
            windows.patchStep());
      }
    }
  }

  /** Appends an image's entries to the lists of its block. */
  void append(int block, int image, Span gradient, int tableAt, int[] ints, float[] floats) {
    int at = gradient.offset() + image * windows.count() * conv.filters();
    for (int channel = 0; channel < conv.filters(); channel++) {
      int counter = count(block, channel);
      int known = ints[counter];
      ints[counter] =
          known
              + append(
                  gradient.floats(),
                  at + channel,
                  conv.filters(),
                  tableAt + channel,
                  rowLength,
                  windows.count(),
                  ints,
                  patches(block, channel) + known,
                  floats,
                  values(block, channel) + known);
    }
  }

  /** Appends without a branch, since which values are zero is random; the next one overwrites. */
  private static int append(
      float[] gradient,
      int from,
      int step,
      int winner,
      int stepWinner,
      int windows,
      int[] ints,
      int patchesAt,
      float[] floats,
      int valuesAt) {
    int count = 0;
    for (int w = 0; w < windows; w++) {
      float value = gradient[from + w * step];
      ints[patchesAt + count] = ints[winner + w * stepWinner];
      floats[valuesAt + count] = value;
      int magnitude = Float.floatToRawIntBits(value) << 1;
      count += (magnitude | -magnitude) >>> 31;
    }
    return count;
  }
}
