package dev.bramante.cpu.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import dev.bramante.cpu.pool.WorkerPool;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolConvGradientsTest {
  private static final int SLACK = 16;
  private static final WorkerPool POOL = new WorkerPool(2);

  private record Case(ConvSpec conv, PoolSpec pool) {}

  private static final List<Case> CASES =
      List.of(
          new Case(ConvSpec.of(5, 28, 28, 1, 5, 5, 32), pool(3, 3, 0)),
          new Case(ConvSpec.of(7, 8, 8, 32, 5, 5, 64), pool(2, 2, 0)),
          new Case(ConvSpec.of(1, 4, 4, 1, 1, 1, 1), pool(2, 2, 0)),
          new Case(ConvSpec.of(3, 9, 7, 3, 3, 3, 5).padding(1, 1, 1, 1), pool(2, 2, 0)),
          new Case(ConvSpec.of(2, 10, 11, 5, 3, 2, 17).padding(0, 2, 1, 0), pool(3, 3, 1)),
          new Case(ConvSpec.of(2, 13, 12, 17, 3, 3, 3).stride(2, 1), pool(3, 2, 1)),
          new Case(ConvSpec.of(3, 15, 15, 3, 7, 7, 19).stride(2, 2), pool(3, 2, 0)),
          new Case(ConvSpec.of(9, 6, 6, 130, 3, 3, 4), pool(2, 2, 0)),
          new Case(ConvSpec.of(2, 9, 9, 2, 2, 2, 33), new PoolSpec(4, 2, 3, 1, 2, 1)));

  @AfterAll
  static void closePool() {
    POOL.close();
  }

  private static PoolSpec pool(int kernel, int stride, int pad) {
    return new PoolSpec(kernel, kernel, stride, stride, pad, pad);
  }

  /** Random operands, and the gradient of the convolution's result as it would be written out. */
  private static final class Fixture {
    private final ConvSpec conv;
    private final PoolSpec pool;
    private final float[] result;
    private final float[] pooled;
    private final float[] gradient;
    private final float[] images;
    private final float[] weight;
    private final float[] dense;
    private final float[] dw;
    private final float[] dx;

    /**
     * A fixture.
     *
     * @param ties whether windows have several largest elements
     * @param slack floats after the images
     */
    Fixture(Case sizes, int seed, boolean ties, int slack) {
      conv = sizes.conv;
      pool = sizes.pool;
      var random = new Random(seed);
      int results = conv.n() * conv.outPixels() * conv.filters();
      int windows = conv.n() * rows() * columns() * conv.filters();
      int pixels = conv.n() * conv.height() * conv.width();
      result = floats(results + SLACK, () -> ties ? random.nextInt(3) : random.nextGaussian());
      gradient = floats(windows, () -> random.nextBoolean() ? random.nextGaussian() : -0.0);
      images = floats(pixels * conv.channels() + slack, random::nextGaussian);
      weight = floats(conv.taps() * conv.filters(), random::nextGaussian);
      pooled = new float[windows + SLACK];
      dense = new float[results];
      dw = new float[weight.length];
      dx = new float[pixels * conv.channels()];
      for (int i = 0; i < windows; i++) {
        int winner = winner(i);
        pooled[i] = result[winner];
        dense[winner] += gradient[i];
      }
    }

    private static float[] floats(int count, DoubleSupplier source) {
      var values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) source.getAsDouble();
      }
      return values;
    }

    private int rows() {
      return pool.outHeight(conv.outHeight());
    }

    private int columns() {
      return pool.outWidth(conv.outWidth());
    }

    /** The first largest element of a window. */
    private int winner(int index) {
      int filter = index % conv.filters();
      int column = index / conv.filters() % columns();
      int row = index / conv.filters() / columns() % rows();
      int image = index / conv.filters() / columns() / rows();
      int best = -1;
      for (int e = 0; e < pool.elements(); e++) {
        int r = row * pool.strideHeight() - pool.padHeight() + e / pool.kernelWidth();
        int c = column * pool.strideWidth() - pool.padWidth() + e % pool.kernelWidth();
        if (r >= 0 && c >= 0 && r < conv.outHeight() && c < conv.outWidth()) {
          int pixel = (image * conv.outHeight() + r) * conv.outWidth() + c;
          int at = pixel * conv.filters() + filter;
          best = best < 0 || result[at] > result[best] ? at : best;
        }
      }
      return best;
    }

    PoolConvGradients gradients(int lanes, WorkerPool workers, boolean all) {
      var operands =
          new PoolConvOperands(
              new Span(result, 0),
              new Span(pooled, 0),
              new Span(gradient, 0),
              new Span(images, 0),
              new Span(weight, 0),
              new Span(dw, 0),
              all ? new Span(dx, 0) : Span.NONE);
      return new PoolConvGradients(conv, pool, operands, lanes, workers, new Workspace());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8, 4})
  void agreesWithDenseGradients(int lanes) {
    for (var sizes : CASES) {
      for (int form = 0; form < 4; form++) {
        var f = new Fixture(sizes, lanes + form, form % 2 == 1, form / 2 * SLACK);
        f.gradients(lanes, POOL, true).run();
        var dw = new double[f.dw.length];
        var dx = new double[f.dx.length];
        ConvTest.eachTap(
            f.conv,
            (in, weight, out) -> {
              dw[weight] += (double) f.images[in] * f.dense[out];
              dx[in] += (double) f.weight[weight] * f.dense[out];
            });
        int pixels = f.dense.length / f.conv.filters();
        ConvTest.assertClose(dw, f.dw, 0, pixels, f.conv);
        ConvTest.assertClose(dx, f.dx, 0, f.conv.filters() * f.conv.taps(), f.conv);
      }
    }
  }

  @Test
  void computesTheWeightsGradientAlone() {
    var sizes = CASES.getFirst();
    var all = new Fixture(sizes, 3, false, 0);
    var one = new Fixture(sizes, 3, false, 0);
    all.gradients(8, POOL, true).run();
    one.gradients(8, POOL, false).run();
    assertArrayEquals(all.dw, one.dw);
    assertArrayEquals(new float[one.dx.length], one.dx);
  }

  @Test
  void sameBitsAtAnyThreadCountAndEachRun() {
    for (var sizes : CASES.subList(0, 2)) {
      var expected = new Fixture(sizes, 5, false, SLACK);
      try (var alone = new WorkerPool(1)) {
        expected.gradients(16, alone, true).run();
      }
      for (int threads : new int[] {2, 5}) {
        try (var workers = new WorkerPool(threads)) {
          var actual = new Fixture(sizes, 5, false, SLACK);
          var gradients = actual.gradients(16, workers, true);
          for (int run = 0; run < 3; run++) {
            gradients.run();
            assertArrayEquals(expected.dw, actual.dw);
            assertArrayEquals(expected.dx, actual.dx);
          }
        }
      }
    }
  }

  @Test
  void aCompiledRunAllocatesNothing() {
    try (var alone = new WorkerPool(1)) {
      var gradients = new Fixture(CASES.get(1), 1, false, SLACK).gradients(16, alone, true);
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 20_000 && least > 0; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        gradients.run();
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least);
    }
  }

  @Test
  void refusesGroupsAndWindowsOfPaddingAlone() {
    var sizes = new Case(ConvSpec.of(1, 6, 6, 4, 3, 3, 4).groups(2), pool(2, 2, 0));
    var fixture = new Fixture(sizes, 1, false, 0);
    assertThrows(IllegalArgumentException.class, () -> fixture.gradients(16, POOL, true));
    assertThrows(IllegalArgumentException.class, () -> pool(2, 2, 2));
  }
}
