package dev.bramante.cpu.gemm;

/**
 * The sizes of a matrix product C[m, n] = op(A)[m, k] · op(B)[k, n], row-major, and what goes with
 * it.
 *
 * @param m rows of C
 * @param n columns of C
 * @param k length of the sums
 * @param a how A is stored: as [k, m] if transposed
 * @param b how B is stored: as [n, k] if transposed
 * @param c how C is stored
 * @param batch number of products
 * @param ending what is done besides the product
 * @param packedB whether B is given in the packed form of {@link MatMul#packB}
 */
public record GemmSpec(
    int m, int n, int k, Matrix a, Matrix b, Matrix c, int batch, Ending ending, boolean packedB) {

  /**
   * How a matrix is stored.
   *
   * @param transposed whether its columns are stored as rows
   * @param distance distance of its rows as stored, in floats
   * @param stride distance of two products' matrices; 0 to use one for all
   */
  public record Matrix(boolean transposed, int distance, int stride) {
    private Matrix distance(int distance) {
      return new Matrix(transposed, distance, stride);
    }

    private Matrix stride(int stride) {
      return new Matrix(transposed, distance, stride);
    }
  }

  /**
   * What is done to the elements of C.
   *
   * @param bias whether a vector [n] is added to each row
   * @param relu whether negative results become zero
   * @param accumulate whether the product is added to what C holds
   */
  public record Ending(boolean bias, boolean relu, boolean accumulate) {
    /** Checks that C does not begin with two things. */
    public Ending {
      if (bias && accumulate) {
        throw new IllegalArgumentException("a product either adds a bias or accumulates, not both");
      }
    }
  }

  /** Checks the sizes. */
  public GemmSpec {
    if (m < 1 || n < 1 || k < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "a matrix product needs sizes of at least 1, got %d×%d×%d by %d"
              .formatted(m, k, n, batch));
    }
    if (a.distance() < (a.transposed() ? m : k)
        || b.distance() < (b.transposed() ? k : n)
        || c.distance() < n) {
      throw new IllegalArgumentException(
          "a row distance is shorter than its row: lda %d, ldb %d, ldc %d for %d×%d×%d"
              .formatted(a.distance(), b.distance(), c.distance(), m, k, n));
    }
    if (packedB && b.stride() != 0 && batch > 1) {
      throw new IllegalArgumentException("a packed B is one for the whole batch");
    }
  }

  /** A plain product of dense row-major matrices. */
  public static GemmSpec of(int m, int n, int k) {
    return new GemmSpec(
        m,
        n,
        k,
        new Matrix(false, k, 0),
        new Matrix(false, n, 0),
        new Matrix(false, n, 0),
        1,
        new Ending(false, false, false),
        false);
  }

  /** With A stored as [k, m] and B as [n, k] where asked, both dense. */
  public GemmSpec transposed(boolean a, boolean b) {
    return stored(
        new Matrix(a, a ? m : k, this.a.stride()), new Matrix(b, b ? k : n, this.b.stride()), c);
  }

  /** With other distances of rows. */
  public GemmSpec rows(int lda, int ldb, int ldc) {
    return stored(a.distance(lda), b.distance(ldb), c.distance(ldc));
  }

  private GemmSpec stored(Matrix a, Matrix b, Matrix c) {
    return new GemmSpec(m, n, k, a, b, c, batch, ending, packedB);
  }

  /** Repeated over a batch with these distances. */
  public GemmSpec batched(int batch, int strideA, int strideB, int strideC) {
    return new GemmSpec(
        m, n, k, a.stride(strideA), b.stride(strideB), c.stride(strideC), batch, ending, packedB);
  }

  /** With a bias, or rectified, or both. */
  public GemmSpec ending(boolean bias, boolean relu) {
    return ending(new Ending(bias, relu, ending.accumulate()));
  }

  /** Adding to what C holds. */
  public GemmSpec accumulating() {
    return ending(new Ending(ending.bias(), ending.relu(), true));
  }

  private GemmSpec ending(Ending ending) {
    return new GemmSpec(m, n, k, a, b, c, batch, ending, packedB);
  }

  /** The product of so many rows of op(A) and columns of op(B), which lie among the others. */
  public GemmSpec section(int rows, int columns) {
    return new GemmSpec(rows, columns, k, a, b, c, batch, ending, packedB);
  }

  /** With B given packed. */
  public GemmSpec prepacked() {
    return new GemmSpec(m, n, k, a, b, c, batch, ending, true);
  }

  /** Whether A is stored as [k, m]. */
  public boolean transA() {
    return a.transposed();
  }

  /** Whether B is stored as [n, k]. */
  public boolean transB() {
    return b.transposed();
  }

  /** Distance of the rows of A as stored. */
  public int lda() {
    return a.distance();
  }

  /** Distance of the rows of B as stored. */
  public int ldb() {
    return b.distance();
  }

  /** Distance of the rows of C. */
  public int ldc() {
    return c.distance();
  }

  /** Distance of two products' A; 0 to use one A for all. */
  public int strideA() {
    return a.stride();
  }

  /** Distance of two products' B; 0 to use one B for all. */
  public int strideB() {
    return b.stride();
  }

  /** Distance of two products' C. */
  public int strideC() {
    return c.stride();
  }

  /** Whether a vector [n] is added to each row. */
  public boolean bias() {
    return ending.bias();
  }

  /** Whether negative results become zero. */
  public boolean relu() {
    return ending.relu();
  }

  /** Whether the product is added to what C holds. */
  public boolean accumulate() {
    return ending.accumulate();
  }

  /** Multiplications and additions of one product, in pairs. */
  long multiplyAdds() {
    return (long) m * n * k;
  }
}
