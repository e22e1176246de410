package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;
import java.util.Arrays;

/**
 * The input gradient of a convolution, tap by tap: each tile of output pixels, times the weights of
 * one tap, is added to the input pixels that the tap came from.
 */
final class ConvScatter {
  /** What a block of rows takes at most: a third of a cache of 1 MB. */
  private static final int BLOCK_FLOATS = 88 * 1024;

  /** Pixels of results that make up for reading the weights. */
  private static final int BLOCK_PIXELS = 48;

  private final ConvSpec spec;
  private final KernelSet kernels;
  private final WorkerPool pool;
  private final TileEpilogue epilogue;
  private final OutGrid grid;
  private final WeightPanels panels;
  private final TileLayout[] layouts;
  private final Split rowParts;
  private final Split panelParts;
  private final int[] tapOffsets;
  private final int sizeFrame;
  private final int sizeTile;
  private final WorkerPool.Task task = this::scatter;

  // The run that is going on.
  private float[] dy = {};
  private float[] weights = {};
  private float[] dx = {};
  private int dyo;
  private int weightsOffset;
  private int dxo;
  private int framesOffset;

  ConvScatter(
      ConvSpec spec,
      KernelSet kernels,
      WeightPanels panels,
      WorkerPool pool,
      TileEpilogue epilogue) {
    this.spec = spec;
    this.kernels = kernels;
    this.panels = panels;
    this.pool = pool;
    this.epilogue = epilogue;
    grid = OutGrid.of(spec);
    layouts = layouts();
    int places = spec.kernelHeight() * spec.kernelWidth();
    tapOffsets = new int[places];
    for (int place = 0; place < places; place++) {
      tapOffsets[place] = spec.tapOffset(place * spec.groupChannels());
    }
    int tasks = Work.tasks(spec.multiplyAdds());
    rowParts = rowParts(spec);
    panelParts = Split.of(panels.count(), 1, Split.units(tasks, spec.n() * rowParts.parts()));
    kernels.prepare(
        new Split(spec.outPixels(), spec.outPixels(), 1), spec.groupChannels(), panels.width());
    sizeFrame = spec.isPadded() ? spec.paddedImage() : 0;
    int largest = 0;
    for (var layout : layouts) {
      largest = Math.max(largest, Tiles.scratch(layout, panels.width()));
    }
    sizeTile = largest;
  }

  /**
   * Rows of results that make up a task. Where no two of them touch the same row of an image, some
   * whose pixels stay in the cache until they are final, and elsewhere all.
   */
  private static Split rowParts(ConvSpec spec) {
    boolean apart = !spec.isPadded() && spec.rows().reach() < spec.strideHeight();
    int floats = spec.strideHeight() * spec.width() * spec.channels();
    int rows = Math.max(BLOCK_FLOATS / floats, Split.units(BLOCK_PIXELS, spec.outWidth()));
    return Split.of(spec.outHeight(), 1, apart ? Split.units(spec.outHeight(), rows) : 1);
  }

  private TileLayout[] layouts() {
    int rows = kernels.maxRows();
    var result = new TileLayout[spec.outWidth()];
    for (int column = 0; column < result.length; column++) {
      var rowC = new int[rows];
      for (int i = 0; i < rows; i++) {
        rowC[i] = (spec.pixelOffset(column + i) - spec.pixelOffset(column)) / spec.channels();
      }
      result[column] =
          new TileLayout(
              TileLayout.multiples(rows, spec.filters()), rowC, 1, panels.width(), new int[1], 0);
    }
    return result;
  }

  /** Floats of scratch memory. */
  long scratch() {
    return (long) pool.threads() * (sizeFrame + sizeTile);
  }

  /** Computes dx with scratch memory at {@code so} in the array of the packed weights. */
  void run(float[] dy, int dyo, float[] weights, int weightsOffset, int so, float[] dx, int dxo) {
    this.dy = dy;
    this.dyo = dyo;
    this.weights = weights;
    this.weightsOffset = weightsOffset;
    this.framesOffset = so;
    this.dx = dx;
    this.dxo = dxo;
    pool.run(task, spec.n() * rowParts.parts() * panelParts.parts());
  }

  private void scatter(int index, int worker) {
    int image = index % (spec.n() * rowParts.parts()) / rowParts.parts();
    int rowPart = index % rowParts.parts();
    int part = index / (spec.n() * rowParts.parts());
    int panel0 = panelParts.start(part);
    int panel1 = panelParts.start(part + 1);
    int channel0 = panels.column(panel0);
    int channel1 = panels.column(panel1);
    int own = framesOffset + worker * (sizeFrame + sizeTile);
    boolean framed = spec.isPadded();
    var frame = framed ? weights : dx;
    int frameOffset = framed ? own : dxo + image * spec.paddedImage();
    int row0 = firstRow(rowPart);
    int row1 = firstRow(rowPart + 1);
    clear(frame, frameOffset, row0, row1, channel0, channel1);
    int pixel1 = rowParts.start(rowPart + 1) * spec.outWidth();
    for (int panel = panel0; panel < panel1; panel++) {
      int rows;
      for (int pixel = rowParts.start(rowPart) * spec.outWidth(); pixel < pixel1; pixel += rows) {
        rows = kernels.rowsOf(pixel1 - pixel);
        scatterRows(image, pixel, rows, panel, frame, frameOffset, own + sizeFrame);
      }
    }
    if (framed) {
      copyInterior(frameOffset, image, channel0, channel1);
    }
    int width = spec.width();
    int end = framed ? spec.height() : row1;
    epilogue.apply(worker, image, row0 * width, end * width, channel0, channel1);
  }

  /** The first row of a padded image that a part of the rows touches. */
  private int firstRow(int part) {
    return part == rowParts.parts()
        ? spec.paddedHeight()
        : rowParts.start(part) * spec.strideHeight();
  }

  private void clear(float[] frame, int offset, int row0, int row1, int channel0, int channel1) {
    int line = spec.paddedWidth() * spec.channels();
    int from = offset + row0 * line;
    int to = offset + row1 * line;
    if (channel1 - channel0 == spec.channels()) {
      Arrays.fill(frame, from, to, 0f);
      return;
    }
    for (int at = from; at < to; at += spec.channels()) {
      Arrays.fill(frame, at + channel0, at + channel1, 0f);
    }
  }

  private void copyInterior(int frameOffset, int image, int channel0, int channel1) {
    int channels = spec.channels();
    boolean whole = channel1 - channel0 == channels;
    for (int row = 0; row < spec.height(); row++) {
      int from = frameOffset + ((row + spec.top()) * spec.paddedWidth() + spec.left()) * channels;
      int to = dxo + (image * spec.height() + row) * spec.width() * channels;
      if (whole) {
        System.arraycopy(weights, from, dx, to, spec.width() * channels);
      } else {
        Packing.rows(
            weights,
            from + channel0,
            channels,
            spec.width(),
            channel1 - channel0,
            dx,
            to + channel0,
            channels);
      }
    }
  }

  /** All taps of one tile of pixels and one panel of channels. */
  private void scatterRows(
      int image, int pixel, int rows, int panel, float[] frame, int frameOffset, int tileScratch) {
    var layout = layouts[grid.column(pixel)];
    int width = panels.width();
    int steps = spec.groupFilters();
    int columns = panels.columns(panel);
    int offsetY =
        dyo
            + (image * grid.pixels() + pixel) * spec.filters()
            + panels.group(panel) * spec.groupFilters();
    int offsetX = frameOffset + grid.offset(pixel) + panels.column(panel);
    for (int place = 0; place < tapOffsets.length; place++) {
      int offsetW = weightsOffset + (panel * panels.steps() + place * steps) * width;
      int at = offsetX + tapOffsets[place];
      int step;
      for (int j = 0; j < columns; j += step) {
        int vectors = kernels.vectorsOf(columns - j, width / kernels.lanes());
        step = vectors * kernels.lanes();
        Tiles.run(
            kernels.kernel(rows, vectors),
            layout,
            0,
            1,
            steps,
            dy,
            offsetY,
            weights,
            offsetW + j,
            frame,
            at + j,
            spec.channels(),
            frame,
            at + j,
            spec.channels(),
            rows,
            Math.min(step, columns - j),
            step,
            weights,
            tileScratch);
      }
    }
  }
}
