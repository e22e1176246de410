package dev.bramante.cpu.gemm;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tile shapes of one vector width, and the kernels made for them. Each kernel costs compilation
 * time once, so they are few, and shared by everybody.
 */
final class KernelSet {
  private static final ConcurrentHashMap<KernelSpec, MicroKernel> KERNELS =
      new ConcurrentHashMap<>();

  private final int lanes;
  private final int[] rowSizes;
  private final MicroKernel[][] free;
  private final boolean relu;
  private MicroKernel packedRows;
  private MicroKernel packedPanel;

  /**
   * The set of a vector width.
   *
   * @param lanes 16, 8 or 4
   * @param relu whether the kernels rectify
   */
  static KernelSet of(int lanes, boolean relu) {
    return new KernelSet(lanes, relu);
  }

  private KernelSet(int lanes, boolean relu) {
    this.lanes = lanes;
    this.relu = relu;
    // 32 registers hold 12 × 2 accumulators with room for what C2 spills at 14 × 2 (51 GFLOP/s
    // instead of 114 under G1); with 16 registers 4 × 2 is the largest that does not spill.
    this.rowSizes =
        switch (lanes) {
          case 16 -> new int[] {12, 8, 4, 2, 1};
          case 8 -> new int[] {4, 2, 1};
          case 4 -> new int[] {8, 4, 2, 1};
          default ->
              throw new IllegalArgumentException("vectors have 16, 8 or 4 lanes, not " + lanes);
        };
    this.free = new MicroKernel[rowSizes[0] + 1][9];
  }

  int lanes() {
    return lanes;
  }

  /** Rows of the largest tile. */
  int maxRows() {
    return rowSizes[0];
  }

  /** Rows of the next tile when so many are left. */
  int rowsOf(int left) {
    int i = 0;
    while (rowSizes[i] > left) {
      i++;
    }
    return rowSizes[i];
  }

  /** Vectors in a row of the widest tile for a product of so many rows. */
  int panelVectors(int rows) {
    // few rows need width to hide the latency of an FMA behind others
    return rows >= 4 ? 2 : rows >= 2 ? 4 : 8;
  }

  /** Vectors of the next tile when so many columns and vectors of the panel are left. */
  int vectorsOf(int columns, int panelVectors) {
    return Integer.highestOneBit(Math.min(panelVectors, (columns + lanes - 1) / lanes));
  }

  /** A kernel that takes its distances from the layout. */
  MicroKernel free(int rows, int vectors) {
    var kernel = free[rows][vectors];
    if (kernel == null) {
      kernel = shared(KernelSpec.free(lanes, rows, vectors, relu));
      free[rows][vectors] = kernel;
    }
    return kernel;
  }

  /** The largest kernel for rows of A packed one after another. */
  MicroKernel packedRows() {
    if (packedRows == null) {
      packedRows = shared(KernelSpec.fixed(lanes, maxRows(), 2, Blocking.ROW_DISTANCE, 1, relu));
    }
    return packedRows;
  }

  /** The largest kernel for panels of A, of which each step lies in one place. */
  MicroKernel packedPanel() {
    if (packedPanel == null) {
      packedPanel = shared(KernelSpec.fixed(lanes, maxRows(), 2, 1, maxRows(), relu));
    }
    return packedPanel;
  }

  private static MicroKernel shared(KernelSpec spec) {
    return KERNELS.computeIfAbsent(spec, KernelEmitter::emit);
  }

  @Override
  public String toString() {
    return "tiles of " + Arrays.toString(rowSizes) + " rows, " + lanes + " lanes";
  }
}
