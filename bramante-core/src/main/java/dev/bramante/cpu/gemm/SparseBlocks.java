package dev.bramante.cpu.gemm;

import java.util.ArrayList;
import java.util.List;

/**
 * A patch of rows of floats cut into tiles of registers.
 *
 * @param rowFloats floats of a row, filled up to whole vectors
 * @param tiles the tiles
 */
record SparseBlocks(int rowFloats, List<Tile> tiles) {
  /**
   * A tile with its kernel.
   *
   * @param row first row
   * @param rows how many
   * @param column first float of each row
   * @param columns how many
   */
  record Tile(int row, int rows, int column, int columns, SparseSum kernel) {}

  /** Tiles of at most so many vectors. */
  static SparseBlocks of(int rows, int rowLength, int lanes, int most) {
    int vectors = Split.units(rowLength, lanes);
    var columns = Split.of(vectors, 1, Split.units(vectors, most));
    int widest = Split.units(vectors, columns.parts());
    var groups = Split.of(rows, 1, Split.units(rows, Math.max(1, most / widest)));
    var tiles = new ArrayList<Tile>();
    for (int g = 0; g < groups.parts(); g++) {
      for (int c = 0; c < columns.parts(); c++) {
        int row = groups.start(g);
        int height = groups.start(g + 1) - row;
        int column = columns.start(c);
        int width = columns.start(c + 1) - column;
        var kernel = SparseEmitter.sum(lanes, height, width);
        tiles.add(new Tile(row, height, column * lanes, width * lanes, kernel));
      }
    }
    return new SparseBlocks(vectors * lanes, tiles);
  }
}
