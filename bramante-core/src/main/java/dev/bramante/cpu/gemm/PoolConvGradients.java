package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * The gradients of a convolution whose result is pooled by maximum. Only one element of a window
 * has a gradient, and often that is zero too; the gradient of the convolution's result is never
 * written out, but kept as lists of the entries that are not zero.
 *
 * <p>Work is cut by sizes alone, so results have the same bits at any number of threads. A run
 * allocates nothing. An instance serves one run at a time.
 */
public final class PoolConvGradients {
  /** Floats of the images of a block, which the weights' gradient reads again for each filter. */
  private static final int BLOCK_FLOATS = 8 * 1024;

  /** Floats of the weights that should stay in a cache of 32 KB: 5 vectors of 64 filters. */
  private static final int CACHED_FLOATS = 5 * 1024;

  private static final int PACK_FILTERS = 16;

  private final ConvSpec conv;
  private final PoolConvOperands operands;
  private final WorkerPool pool;
  private final Workspace workspace;
  private final PoolWindows windows;
  private final GradientEntries entries;
  private final SparseWeightGradient weightGradient;
  private final SparseInputGradient inputGradient;
  private final Halo halo;
  private final boolean copies;
  private final int workerInts;
  private final int workerIntsAt;
  private final int workerFloats;
  private final int workerFloatsAt;
  private final int weightsAt;
  private final int imagesAt;
  private final WorkerPool.Task packTask = this::pack;
  private final WorkerPool.Task entriesTask = this::collect;
  private final WorkerPool.Task weightTask = this::weights;

  // The run that is going on.
  private float[] floats = {};
  private int[] ints = {};
  private Span images = Span.NONE;
  private Span padded = Span.NONE;

  /**
   * Gradients.
   *
   * @param conv sizes of the convolution, without dilation and with one group
   * @param pool its pooling
   * @param operands what to read and write
   * @param lanes floats in a vector: 16, 8 or 4
   * @param workers who does the work
   * @param workspace scratch memory, may be shared with operations that run at other times
   */
  public PoolConvGradients(
      ConvSpec conv,
      PoolSpec pool,
      PoolConvOperands operands,
      int lanes,
      WorkerPool workers,
      Workspace workspace) {
    if (conv.groups() != 1 || conv.dilationHeight() != 1 || conv.dilationWidth() != 1) {
      throw new IllegalArgumentException("sparse gradients are for one group and no dilation");
    }
    this.conv = conv;
    this.operands = operands;
    this.pool = workers;
    this.workspace = workspace;
    windows = new PoolWindows(conv, pool);
    halo = new Halo(conv, workers);
    int blockImages = Math.clamp(BLOCK_FLOATS / conv.paddedImage(), 1, conv.n());
    entries = new GradientEntries(conv, windows, lanes, blockImages, 0, 0);
    weightGradient = new SparseWeightGradient(conv, entries, lanes, tile(lanes));
    inputGradient = new SparseInputGradient(conv, windows, blockImages, lanes, inputTile(lanes));
    boolean wantsImages = operands.dx().isWanted();
    workerIntsAt = Math.toIntExact(entries.ints());
    workerInts = entries.tableSize() + (wantsImages ? inputGradient.workerInts() : 0);
    workspace.reserveInts(workerIntsAt + (long) workers.threads() * workerInts);
    workerFloatsAt = Math.toIntExact(entries.floats());
    workerFloats =
        Math.max(weightGradient.workerFloats(), wantsImages ? inputGradient.workerFloats() : 0);
    weightsAt = Math.toIntExact(workerFloatsAt + (long) workers.threads() * workerFloats);
    imagesAt = Math.toIntExact((long) weightsAt + (wantsImages ? inputGradient.weightFloats() : 0));
    long imageFloats = (long) conv.n() * conv.paddedImage() + weightGradient.overhang();
    boolean enough = operands.images().has(imageFloats);
    copies = operands.dw().isWanted() && (conv.isPadded() || !enough);
    workspace.reserve(imagesAt + (copies ? imageFloats : 0));
  }

  /** Vectors that are summed in registers, which leave some for the factor and what is read. */
  private static int tile(int lanes) {
    return lanes == 16 ? 20 : 10;
  }

  /**
   * The same for the images' gradient, which reads these vectors of all filters again and again.
   */
  private int inputTile(int lanes) {
    return Math.clamp(CACHED_FLOATS / (conv.filters() * lanes), 4, tile(lanes));
  }

  /** Computes what is wanted. */
  public void run() {
    if (floats != workspace.floats()) {
      floats = workspace.floats();
      padded = new Span(floats, imagesAt);
    }
    ints = workspace.ints();
    if (operands.dx().isWanted()) {
      pool.run(packTask, Split.units(conv.filters(), PACK_FILTERS));
    }
    pool.run(entriesTask, entries.blocks());
    if (operands.dw().isWanted()) {
      images = operands.images();
      if (copies) {
        halo.fill(images.floats(), images.offset(), floats, imagesAt);
        images = padded;
      }
      pool.run(weightTask, weightGradient.tasks());
    }
  }

  private void pack(int index, int worker) {
    int begin = index * PACK_FILTERS;
    int end = Math.min(begin + PACK_FILTERS, conv.filters());
    inputGradient.pack(begin, end, operands.weight(), floats, weightsAt);
  }

  /** Finds the entries of a block of images, and does what needs only these. */
  private void collect(int block, int worker) {
    int table = workerIntsAt + worker * workerInts;
    int sorted = table + entries.tableSize();
    int buffer = workerFloatsAt + worker * workerFloats;
    int first = block * entries.blockImages();
    int count = Math.min(entries.blockImages(), conv.n() - first);
    entries.clear(block, ints);
    for (int slot = 0; slot < count; slot++) {
      int image = first + slot;
      entries.findWinners(image, operands.result(), operands.pooled(), ints, table);
      if (operands.dw().isWanted()) {
        entries.append(block, image, operands.gradient(), table, ints, floats);
      }
      if (operands.dx().isWanted()) {
        int row = entries.rowLength();
        inputGradient.sort(
            slot, image, operands.gradient(), ints, table, row, sorted, floats, buffer);
      }
    }
    if (operands.dx().isWanted()) {
      inputGradient.run(first, count, ints, sorted, floats, weightsAt, buffer, operands.dx());
    }
  }

  private void weights(int task, int worker) {
    int sums = workerFloatsAt + worker * workerFloats;
    weightGradient.run(task, images, operands.dw(), ints, floats, sums);
  }
}
