package dev.bramante.cpu.gemm;

/**
 * Where the rows, steps and segments of a tile lie: what is the same for many tiles of one use.
 *
 * @param rowA offset in A of each row of the tile
 * @param rowC position in C of each row of the tile, in units of the row distance
 * @param stepA distance in A of two steps of the sum
 * @param stepB distance in B of two steps of the sum
 * @param segA offset in A of each segment
 * @param segB distance in B of two segments
 */
record TileLayout(int[] rowA, int[] rowC, int stepA, int stepB, int[] segA, int segB) {
  private static final int[] ONE_SEGMENT = {0};

  /** Evenly spaced rows, consecutive in C, and one segment. */
  static TileLayout even(int rows, int distanceA, int stepA, int stepB) {
    return new TileLayout(
        multiples(rows, distanceA), multiples(rows, 1), stepA, stepB, ONE_SEGMENT, 0);
  }

  /** 0, distance, 2·distance and so on. */
  static int[] multiples(int count, int distance) {
    var result = new int[count];
    for (int i = 0; i < count; i++) {
      result[i] = i * distance;
    }
    return result;
  }
}
