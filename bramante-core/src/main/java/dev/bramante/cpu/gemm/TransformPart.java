package dev.bramante.cpu.gemm;

/**
 * Computes some rows of the squares of a {@link Transform}. Every vector is read and written whole.
 */
interface TransformPart {
  /**
   * Maps squares.
   *
   * @param vectors vectors of channels
   * @param from the squares
   * @param fo offset of the first element
   * @param fromRow distance of two rows of the square
   * @param fromColumn distance of two columns
   * @param to the results
   * @param at offset of the first one
   * @param toRow distance of two rows of the result
   * @param toColumn distance of two columns
   * @param bias what is added to every element of the result if the transform does so
   * @param bo offset in {@code bias}
   */
  void run(
      int vectors,
      float[] from,
      int fo,
      int fromRow,
      int fromColumn,
      float[] to,
      int at,
      int toRow,
      int toColumn,
      float[] bias,
      int bo);
}
