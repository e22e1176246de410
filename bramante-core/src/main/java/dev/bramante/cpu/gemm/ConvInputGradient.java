package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;

/**
 * The gradient of a convolution with respect to its images, dx from dy and w, of fixed sizes.
 *
 * <p>There are two ways. A gather is the convolution of dy, in a frame of zeros, with the turned
 * weights: one pass, but it multiplies those zeros. A scatter adds, for each tap, dy times the
 * tap's weights to where the tap came from: no wasted work, any stride, but each tile is loaded and
 * stored once a tap. Results have the same bits at any number of threads. A run allocates nothing.
 * An instance serves one run at a time.
 */
public final class ConvInputGradient {
  /** What a scatter loses to loading and storing. */
  private static final double SCATTER_OVERHEAD = 1.25;

  private sealed interface Way {}

  private record Gather(ConvForward convolution) implements Way {}

  private record Scatter(ConvScatter scatter) implements Way {}

  private final WorkerPool pool;
  private final Workspace workspace;
  private final TurnedWeights weights;
  private final Way way;
  private final int packedOffset;
  private final WorkerPool.Task packTask = this::pack;
  private float[] w = {};
  private float[] scratch = {};
  private int wo;

  /** A gradient with scratch memory of its own. */
  public ConvInputGradient(ConvSpec spec, int lanes, WorkerPool pool) {
    this(spec, lanes, pool, new Workspace(), TileEpilogue.NONE);
  }

  /**
   * A gradient.
   *
   * @param spec sizes of the convolution
   * @param lanes floats in a vector: 16, 8 or 4
   * @param pool who does the work
   * @param workspace scratch memory, may be shared with operations that run at other times
   * @param epilogue what is done to each block of dx when it is final
   */
  public ConvInputGradient(
      ConvSpec spec, int lanes, WorkerPool pool, Workspace workspace, TileEpilogue epilogue) {
    this.pool = pool;
    this.workspace = workspace;
    if (gathers(spec)) {
      // The convolution keeps its own scratch memory at the start, the weights follow.
      var ending = new ConvEnding(false, false, true);
      var convolution = new ConvForward(turned(spec), ending, lanes, pool, workspace, epilogue);
      way = new Gather(convolution);
      weights = TurnedWeights.of(spec, convolution.panels().width(), true, lanes);
      packedOffset = convolution.scratchSize();
    } else {
      var kernels = KernelSet.of(lanes);
      int width = kernels.panelVectors(spec.outPixels()) * lanes;
      weights = TurnedWeights.of(spec, width, false, lanes);
      var scatter = new ConvScatter(spec, kernels, weights.panels(), pool, epilogue);
      way = new Scatter(scatter);
      packedOffset = Math.toIntExact(scatter.scratch());
    }
    workspace.reserve((long) packedOffset + weights.panels().size());
  }

  /** Computes dx. */
  public void run(float[] dy, int dyo, float[] w, int wo, float[] dx, int dxo) {
    this.w = w;
    this.wo = wo;
    scratch = workspace.floats();
    pool.run(packTask, weights.panels().count());
    switch (way) {
      case Gather(var convolution) -> convolution.run(dy, dyo, scratch, packedOffset, dx, dxo);
      case Scatter(var scatter) -> scatter.run(dy, dyo, scratch, packedOffset, 0, dx, dxo);
    }
  }

  private void pack(int panel, int worker) {
    weights.pack(panel, w, wo, scratch, packedOffset);
  }

  private static boolean gathers(ConvSpec spec) {
    return hasTurned(spec) && spec.height() * spec.width() <= SCATTER_OVERHEAD * spec.outPixels();
  }

  /** Whether there is a convolution that maps dy to dx. */
  static boolean hasTurned(ConvSpec spec) {
    return spec.strideHeight() == 1
        && spec.strideWidth() == 1
        && Math.max(spec.top(), spec.bottom()) <= spec.rows().reach()
        && Math.max(spec.left(), spec.right()) <= spec.columns().reach();
  }

  /** The convolution that maps dy to dx. */
  static ConvSpec turned(ConvSpec spec) {
    return new ConvSpec(
        spec.n(),
        spec.outHeight(),
        spec.outWidth(),
        spec.filters(),
        spec.channels(),
        spec.rows().turned(),
        spec.columns().turned(),
        spec.groups());
  }
}
