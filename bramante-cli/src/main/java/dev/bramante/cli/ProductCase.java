package dev.bramante.cli;

import dev.bramante.backend.Executable;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.parity.Fill;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;

/**
 * The product of two row-major matrices.
 *
 * @param m rows
 * @param k inner length
 * @param n columns
 */
record ProductCase(int m, int k, int n) implements BenchCase {
  private static final double TOLERANCE = 1e-4;
  private static final int SAMPLES = 97;

  @Override
  public int samples() {
    return 1;
  }

  @Override
  public double flops() {
    return 2.0 * m * k * n;
  }

  @Override
  public Task prepare(Engine engine) {
    Tensor a = Fill.input(Shape.of(m, k));
    Tensor b = Fill.tensor("b", Shape.of(k, n));
    Variable left = new Variable("a", Type.f32(m, k));
    Variable right = new Variable("b", Type.f32(k, n));
    Variable product = new Variable("c", Type.f32(m, n));
    engine.variables().write(left, a);
    engine.variables().write(right, b);
    var trace = new Trace();
    Value rightValue = trace.read(right);
    trace.assign(product, trace.read(left).matmul(rightValue));
    // A matrix that may change is not kept packed: the peers pack theirs in each call, too.
    trace.assign(right, rightValue);
    Executable executable = engine.compile(trace.graph());
    return new Ready(this, engine, executable, a, b, product);
  }

  private record Ready(
      ProductCase sizes, Engine engine, Executable executable, Tensor a, Tensor b, Variable product)
      implements Task {
    private static final Tensor[] NONE = {};

    @Override
    public void run() {
      executable.run(NONE, NONE);
    }

    @Override
    public void check() {
      run();
      float[] c = engine.variables().read(product).floats();
      for (int s = 0; s < SAMPLES; s++) {
        int row = (int) ((long) s * (sizes.m - 1) / (SAMPLES - 1));
        int column = (int) ((long) (SAMPLES - 1 - s) * (sizes.n - 1) / (SAMPLES - 1));
        double sum = 0;
        double scale = 0;
        for (int i = 0; i < sizes.k; i++) {
          double term = (double) a.floats()[row * sizes.k + i] * b.floats()[i * sizes.n + column];
          sum += term;
          scale += Math.abs(term);
        }
        if (!(Math.abs(c[row * sizes.n + column] - sum) <= TOLERANCE * scale)) {
          throw new IllegalStateException(
              "element [%d, %d] of the product is %s, not %s"
                  .formatted(row, column, c[row * sizes.n + column], sum));
        }
      }
    }
  }
}
