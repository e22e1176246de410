package dev.bramante.cli;

import dev.bramante.backend.Profile;
import dev.bramante.cpu.CpuBackendProvider;
import dev.bramante.cpu.gemm.GemmSpec;
import dev.bramante.cpu.gemm.MatMul;
import dev.bramante.parity.Fill;
import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;

/**
 * The product of two row-major matrices into a third that is there already. As with the peers, the
 * call is the kernel alone, and packs what it needs packed.
 *
 * @param m rows
 * @param k inner length
 * @param n columns
 */
record ProductCase(int m, int k, int n) implements BenchCase {
  private static final double TOLERANCE = 1e-5;
  private static final int SAMPLES = 97;

  /** Floats that the kernel may read behind a matrix. */
  private static final int SLACK = 16;

  @Override
  public int samples() {
    return 1;
  }

  @Override
  public double flops() {
    return 2.0 * m * k * n;
  }

  @Override
  public Task prepare(EngineMixin options, Source weights) {
    int lanes = CpuBackendProvider.bits(options.vectorBits()) / Float.SIZE;
    var pool = CpuBackendProvider.pool(options.threads());
    float[] a = filled("a", m, k);
    float[] b = filled("b", k, n);
    float[] c = new float[Shape.of(m, n).size() + SLACK];
    return new Ready(this, new MatMul(GemmSpec.of(m, n, k), lanes, pool), a, b, c);
  }

  private static float[] filled(String name, int rows, int columns) {
    float[] values = Fill.tensor(name, Shape.of(rows, columns)).floats();
    return Arrays.copyOf(values, values.length + SLACK);
  }

  private record Ready(ProductCase sizes, MatMul product, float[] a, float[] b, float[] c)
      implements Task {
    @Override
    public void run() {
      product.run(a, 0, b, 0, c, 0);
    }

    @Override
    public Optional<Profile> profile() {
      return Optional.empty();
    }

    @Override
    public void check() {
      run();
      for (int s = 0; s < SAMPLES; s++) {
        int row = (int) ((long) s * (sizes.m - 1) / (SAMPLES - 1));
        int column = (int) ((long) (SAMPLES - 1 - s) * (sizes.n - 1) / (SAMPLES - 1));
        double sum = 0;
        double scale = 0;
        for (int i = 0; i < sizes.k; i++) {
          double term = (double) a[row * sizes.k + i] * b[i * sizes.n + column];
          sum += term;
          scale += Math.abs(term);
        }
        float found = c[row * sizes.n + column];
        if (!(Math.abs(found - sum) <= TOLERANCE * scale)) {
          throw new IllegalStateException(
              "element [%d, %d] of the product is %s, not %s; nothing was timed"
                  .formatted(row, column, found, sum));
        }
      }
    }
  }
}
