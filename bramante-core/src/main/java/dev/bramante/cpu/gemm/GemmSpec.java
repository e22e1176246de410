package dev.bramante.cpu.gemm;

/**
 * The sizes of a matrix product C[m, n] = op(A)[m, k] · op(B)[k, n], row-major, and what goes with
 * it.
 *
 * @param m rows of C
 * @param n columns of C
 * @param k length of the sums
 * @param transA whether A is stored as [k, m]
 * @param transB whether B is stored as [n, k]
 * @param lda distance of the rows of A as stored, in floats
 * @param ldb distance of the rows of B as stored
 * @param ldc distance of the rows of C
 * @param batch number of products
 * @param strideA distance of two products' A; 0 to use one A for all
 * @param strideB distance of two products' B; 0 to use one B for all
 * @param strideC distance of two products' C
 * @param bias whether a vector [n] is added to each row
 * @param relu whether negative results become zero
 * @param accumulate whether the product is added to what C holds
 * @param packedB whether B is given in the packed form of {@link MatMul#packB}
 */
public record GemmSpec(
    int m,
    int n,
    int k,
    boolean transA,
    boolean transB,
    int lda,
    int ldb,
    int ldc,
    int batch,
    int strideA,
    int strideB,
    int strideC,
    boolean bias,
    boolean relu,
    boolean accumulate,
    boolean packedB) {
  /** Checks the sizes. */
  public GemmSpec {
    if (m < 1 || n < 1 || k < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "a matrix product needs sizes of at least 1, got "
              + m
              + "×"
              + k
              + "×"
              + n
              + " by "
              + batch);
    }
    if (lda < (transA ? m : k) || ldb < (transB ? k : n) || ldc < n) {
      throw new IllegalArgumentException(
          "a row distance is shorter than its row: lda "
              + lda
              + ", ldb "
              + ldb
              + ", ldc "
              + ldc
              + " for "
              + m
              + "×"
              + k
              + "×"
              + n);
    }
    if (bias && accumulate) {
      throw new IllegalArgumentException("a product either adds a bias or accumulates, not both");
    }
    if (packedB && strideB != 0 && batch > 1) {
      throw new IllegalArgumentException("a packed B is one for the whole batch");
    }
  }

  /** A plain product of dense row-major matrices. */
  public static GemmSpec of(int m, int n, int k) {
    return new GemmSpec(m, n, k, false, false, k, n, n, 1, 0, 0, 0, false, false, false, false);
  }

  /** With A stored as [k, m] and B as [n, k] where asked, both dense. */
  public GemmSpec transposed(boolean a, boolean b) {
    return new GemmSpec(
        m,
        n,
        k,
        a,
        b,
        a ? m : k,
        b ? k : n,
        ldc,
        batch,
        strideA,
        strideB,
        strideC,
        bias,
        relu,
        accumulate,
        packedB);
  }

  /** With other distances of rows. */
  public GemmSpec rows(int lda, int ldb, int ldc) {
    return new GemmSpec(
        m,
        n,
        k,
        transA,
        transB,
        lda,
        ldb,
        ldc,
        batch,
        strideA,
        strideB,
        strideC,
        bias,
        relu,
        accumulate,
        packedB);
  }

  /** Repeated over a batch with these distances. */
  public GemmSpec batched(int batch, int strideA, int strideB, int strideC) {
    return new GemmSpec(
        m,
        n,
        k,
        transA,
        transB,
        lda,
        ldb,
        ldc,
        batch,
        strideA,
        strideB,
        strideC,
        bias,
        relu,
        accumulate,
        packedB);
  }

  /** With a bias, or rectified, or both. */
  public GemmSpec ending(boolean bias, boolean relu) {
    return new GemmSpec(
        m,
        n,
        k,
        transA,
        transB,
        lda,
        ldb,
        ldc,
        batch,
        strideA,
        strideB,
        strideC,
        bias,
        relu,
        accumulate,
        packedB);
  }

  /** Adding to what C holds. */
  public GemmSpec accumulating() {
    return new GemmSpec(
        m, n, k, transA, transB, lda, ldb, ldc, batch, strideA, strideB, strideC, bias, relu, true,
        packedB);
  }

  /** With B given packed. */
  public GemmSpec prepacked() {
    return new GemmSpec(
        m,
        n,
        k,
        transA,
        transB,
        lda,
        ldb,
        ldc,
        batch,
        strideA,
        strideB,
        strideC,
        bias,
        relu,
        accumulate,
        true);
  }

  /** Multiplications and additions of one product, in pairs. */
  long multiplyAdds() {
    return (long) m * n * k;
  }
}
