package dev.bramante.cpu.gemm;

import java.util.Arrays;

/**
 * The order in which {@link ThinRows} meets the elements of its one or four vectors: with each
 * vector of a row's ints come, one after the other, the elements that its lowest bits are
 * multiplied with, of each vector, then those of the next higher bits. What is behind the last
 * whole vector of a row of floats comes element by element.
 *
 * <p>What a vector of ints gives for a byte has a 256th of the lower byte added ({@link
 * CompactForm#I8}), so that no mask is needed; instead it is taken from the lower one's product: x₀
 * · a₀ + x₁ · (a₁ − a₀/256) is (x₀ − x₁/256) · a₀ + x₁ · a₁.
 *
 * @param k elements of a vector
 * @param lanes floats in a register
 * @param share elements in an int or float of the row
 * @param group vectors: 1 or 4
 */
record ThinOperand(int k, int lanes, int share, int group) {
  /** 8-bit integers in an int. */
  private static final int BYTES = 4;

  /** Floats of all vectors, filled up with zeros. */
  int size() {
    int block = share * CompactForm.BLOCK;
    return group * Split.units(k, block) * block;
  }

  /**
   * Copies the vectors.
   *
   * @param rows how many there are; the last stands for those that are missing
   */
  void pack(float[] from, int fo, int rows, float[] to, int at) {
    for (int j = 0; j < group; j++) {
      int row = fo + Math.min(j, rows - 1) * k;
      if (share == 1) {
        packFloats(from, row, j, to, at);
      } else {
        packCompact(from, row, j, to, at);
      }
    }
  }

  private void packFloats(float[] from, int row, int j, float[] to, int at) {
    int whole = k / lanes * lanes;
    for (int i = 0; i < whole; i += lanes) {
      System.arraycopy(from, row + i, to, at + i * group + j * lanes, lanes);
    }
    for (int i = whole; i < k; i++) {
      to[at + i * group + j] = from[row + i];
    }
  }

  private void packCompact(float[] from, int row, int j, float[] to, int at) {
    int block = share * CompactForm.BLOCK;
    for (int i = 0; i < size() / group; i += lanes) {
      int part = i % block / CompactForm.BLOCK;
      int step = (i / block * CompactForm.BLOCK + i % CompactForm.BLOCK) / lanes;
      int target = at + ((step * share + part) * group + j) * lanes;
      int count = Math.clamp(k - i, 0, lanes);
      System.arraycopy(from, row + i, to, target, count);
      Arrays.fill(to, target + count, target + lanes, 0);
      if (share == BYTES && part < BYTES - 1) {
        int next = i + CompactForm.BLOCK;
        for (int l = 0; l < Math.clamp(k - next, 0, lanes); l++) {
          to[target + l] -= 0x1p-8f * from[row + next + l];
        }
      }
    }
  }
}
