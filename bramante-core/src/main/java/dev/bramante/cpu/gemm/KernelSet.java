package dev.bramante.cpu.gemm;

import dev.bramante.cpu.warmup.Warmup;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tile shapes of one vector width, and the kernels made for them. Each kernel costs compilation
 * time once, so they are few, and shared by everybody.
 */
final class KernelSet {
  /**
   * The size of a tile.
   *
   * @param rows its rows
   * @param vectors the vectors in each
   */
  record Tile(int rows, int vectors) {}

  private static final int MAX_VECTORS = 8;
  private static final ConcurrentHashMap<Integer, KernelSet> SETS = new ConcurrentHashMap<>();

  private final int lanes;
  private final int[] rowSizes;
  private final MicroKernel[][] placed;
  private final ConcurrentHashMap<KernelSpec, MicroKernel> kernels = new ConcurrentHashMap<>();

  private KernelSet(int lanes) {
    this.lanes = lanes;
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
    this.placed = new MicroKernel[rowSizes[0] + 1][MAX_VECTORS + 1];
  }

  /** The set of a vector width of 16, 8 or 4 lanes. */
  static KernelSet of(int lanes) {
    return SETS.computeIfAbsent(lanes, KernelSet::new);
  }

  /** Makes a kernel again, as a new class that the compiler sees for the first time. */
  static MicroKernel remake(KernelSpec spec) {
    var kernel = KernelEmitter.emit(spec);
    var set = of(spec.lanes());
    set.kernels.put(spec, kernel);
    return set.place(spec, kernel);
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
    return rowsOf(left, maxRows());
  }

  /** Rows of the next tile when so many are left and whole tiles have {@code tile} rows. */
  int rowsOf(int left, int tile) {
    if (left >= tile) {
      return tile;
    }
    int i = 0;
    while (rowSizes[i] > left) {
      i++;
    }
    return rowSizes[i];
  }

  /**
   * The tile with so few rows that those of A share no set of the first-level cache too often,
   * whatever their distance: it reads more of B for each of A, but A in place.
   */
  Tile wideTile() {
    return lanes == 16 ? new Tile(6, 4) : lanes == 8 ? tallTile() : new Tile(4, 4);
  }

  /** The tile with the most rows. */
  Tile tallTile() {
    return new Tile(maxRows(), 2);
  }

  /** Vectors in a row of the widest tile for a product of so many rows. */
  int panelVectors(int rows) {
    // few rows need width to hide the latency of an FMA behind others
    return rows >= 4 ? 2 : rows >= 2 ? 4 : MAX_VECTORS;
  }

  /** Vectors of the next tile when so many columns and vectors of the panel are left. */
  int vectorsOf(int columns, int panelVectors) {
    return Integer.highestOneBit(Math.min(panelVectors, (columns + lanes - 1) / lanes));
  }

  /** Makes the kernels of all tiles of a block of so many rows and columns. */
  void prepare(Split rows, int columns, int width) {
    prepare(rows, maxRows(), columns, width);
  }

  /** Likewise where whole tiles have {@code tile} rows. */
  void prepare(Split rows, int tile, int columns, int width) {
    for (int part = 0; part < rows.parts(); part++) {
      int left = rows.start(part + 1) - rows.start(part);
      while (left > 0) {
        int next = rowsOf(left, tile);
        prepareRow(next, columns, width);
        left -= next;
      }
    }
  }

  private void prepareRow(int rows, int columns, int width) {
    int step;
    for (int j = 0; j < columns; j += step) {
      int vectors = vectorsOf(columns - j, (width - j % width) / lanes);
      step = vectors * lanes;
      kernel(rows, vectors);
    }
  }

  /** The kernel of a tile, looked up without allocating a key. */
  MicroKernel kernel(int rows, int vectors) {
    var kernel = placed[rows][vectors];
    if (kernel != null) {
      return kernel;
    }
    var spec = new KernelSpec(lanes, rows, vectors);
    return place(spec, made(spec));
  }

  private MicroKernel place(KernelSpec spec, MicroKernel kernel) {
    placed[spec.rows()][spec.vectors()] = kernel;
    return kernel;
  }

  private MicroKernel made(KernelSpec spec) {
    return kernels.computeIfAbsent(
        spec,
        key -> {
          var kernel = KernelEmitter.emit(key);
          Warmup.add(() -> new KernelTrial(key, kernel));
          return kernel;
        });
  }

  @Override
  public String toString() {
    return "tiles of " + Arrays.toString(rowSizes) + " rows, " + lanes + " lanes";
  }
}
