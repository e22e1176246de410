package dev.bramante.cpu.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.cpu.pool.WorkerPool;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatMulTest {
  private static final WorkerPool POOL = new WorkerPool(2);
  private static final int[][] SIZES = {
    {1, 1, 1},
    {1, 10, 200},
    {1, 129, 7},
    {2, 37, 5},
    {3, 64, 33},
    {4, 4, 4},
    {6, 13, 207},
    {12, 32, 16},
    {13, 33, 17},
    {25, 50, 32},
    {32, 25, 50},
    {50, 25, 32},
    {207, 49, 4},
    {64, 200, 256},
    {120, 161, 530},
    {1, 4098, 3},
    {149, 130, 1100},
    {60, 450, 160},
    {61, 390, 1600},
  };

  @AfterAll
  static void closePool() {
    POOL.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8, 4})
  void agreesWithNaiveLoopsInEveryForm(int lanes) {
    var random = new Random(lanes);
    for (int[] size : SIZES) {
      for (int form = 0; form < 4; form++) {
        var spec =
            GemmSpec.of(size[0], size[1], size[2]).transposed((form & 1) != 0, (form & 2) != 0);
        check(spec, lanes, random, 0);
        check(spec.ending(true, true), lanes, random, 3);
        check(spec.accumulating(), lanes, random, 40);
        check(spec.prepacked().ending(true, false), lanes, random, 40);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8, 4})
  void agreesWithRowDistancesAndBatches(int lanes) {
    var random = new Random(7 + lanes);
    int[][] sizes = {{5, 7, 9}, {33, 20, 40}, {100, 140, 600}};
    for (int[] s : sizes) {
      int m = s[0];
      int n = s[1];
      int k = s[2];
      for (int form = 0; form < 4; form++) {
        boolean ta = (form & 1) != 0;
        boolean tb = (form & 2) != 0;
        var spec =
            GemmSpec.of(m, n, k).transposed(ta, tb).rows((ta ? m : k) + 3, (tb ? k : n) + 5, n + 2);
        int sizeA = spec.lda() * (ta ? k : m);
        int sizeB = spec.ldb() * (tb ? n : k);
        check(spec.batched(3, sizeA, sizeB, spec.ldc() * m + 1), lanes, random, 0);
        check(spec.batched(2, sizeA, 0, spec.ldc() * m).ending(true, true), lanes, random, 0);
        check(spec.batched(2, 0, sizeB, spec.ldc() * m).accumulating(), lanes, random, 100);
      }
    }
  }

  @Test
  void agreesInSeveralGroupsOfRows() {
    for (int form = 0; form < 4; form++) {
      var spec = GemmSpec.of(2100, 130, 1030).transposed((form & 1) != 0, (form & 2) != 0);
      check(spec, 16, new Random(8), 0);
      check(spec.prepacked().ending(true, false), 16, new Random(9), 40);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void sameBitsAtAnyThreadCount(int form) {
    var spec = GemmSpec.of(190, 310, 1700).transposed((form & 1) != 0, (form & 2) != 0);
    assertSameBits(spec);
    assertSameBits(spec.prepacked());
  }

  private static void assertSameBits(GemmSpec spec) {
    var random = new Random(5);
    var a = randomFloats(random, spec.m() * spec.k());
    var b = randomFloats(random, spec.n() * spec.k());
    float[] expected = null;
    for (int threads : new int[] {1, 2, 5}) {
      try (var pool = new WorkerPool(threads)) {
        var c = new float[spec.m() * spec.n()];
        var product = new MatMul(spec, 16, pool);
        var operand = b;
        if (spec.packedB()) {
          operand = new float[product.packedSize()];
          product.packB(b, 0, operand, 0);
        }
        product.run(a, 0, operand, 0, c, 0);
        if (expected == null) {
          expected = c;
        }
        assertArrayEquals(expected, c);
      }
    }
  }

  @Test
  void theEpilogueSeesEveryElementOnceAndFinal() {
    var random = new Random(6);
    for (int[] size : SIZES) {
      var spec = GemmSpec.of(size[0], size[1], size[2]).batched(2, 0, 0, size[0] * size[1]);
      var a = randomFloats(random, size[0] * size[2]);
      var b = randomFloats(random, size[1] * size[2]);
      var c = new float[2 * size[0] * size[1]];
      var seen = new float[c.length];
      TileEpilogue copy =
          (worker, batch, row0, row1, column0, column1) -> {
            for (int i = row0; i < row1; i++) {
              for (int j = column0; j < column1; j++) {
                int at = (batch * size[0] + i) * size[1] + j;
                seen[at] += c[at];
              }
            }
          };
      new MatMul(spec, 16, POOL, new Workspace(), copy).run(a, 0, b, 0, c, 0);
      assertArrayEquals(c, seen);
    }
  }

  @Test
  void refusesImpossibleSizes() {
    assertThrows(IllegalArgumentException.class, () -> GemmSpec.of(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> GemmSpec.of(2, 3, 4).rows(3, 3, 3));
    assertThrows(
        IllegalArgumentException.class,
        () -> GemmSpec.of(2, 3, 4).ending(true, false).accumulating());
  }

  /** Compares with naive loops; {@code slack} floats follow B, so that it may be read directly. */
  private static void check(GemmSpec spec, int lanes, Random random, int slack) {
    int rowsA = spec.transA() ? spec.k() : spec.m();
    int rowsB = spec.transB() ? spec.n() : spec.k();
    int batches = spec.batch() - 1;
    var a = randomFloats(random, 2 + batches * spec.strideA() + rowsA * spec.lda());
    var b = randomFloats(random, 1 + batches * spec.strideB() + rowsB * spec.ldb() + slack);
    var c = randomFloats(random, 3 + batches * spec.strideC() + spec.m() * spec.ldc());
    var bias = randomFloats(random, spec.n() + 1);
    var expected = naive(spec, a, 2, b, 1, bias, 1, c, 3);
    var product = new MatMul(spec, lanes, POOL);
    var operand = b;
    int offset = 1;
    if (spec.packedB()) {
      offset = 5;
      operand = new float[product.packedSize() + 5];
      Arrays.fill(operand, Float.NaN);
      product.packB(b, 1, operand, 5);
    }
    product.run(a, 2, operand, offset, bias, 1, c, 3);
    assertEquals(c.length, expected.length);
    for (int i = 0; i < c.length; i++) {
      double tolerance = 2e-6 * Math.sqrt(spec.k()) * (1 + Math.abs(expected[i]));
      int at = i;
      assertEquals(expected[i], c[i], tolerance, () -> "element " + at + " of " + spec);
    }
  }

  private static double[] naive(
      GemmSpec spec,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] bias,
      int biasOffset,
      float[] c,
      int co) {
    var result = new double[c.length];
    for (int i = 0; i < c.length; i++) {
      result[i] = c[i];
    }
    for (int p = 0; p < spec.batch(); p++) {
      for (int i = 0; i < spec.m(); i++) {
        for (int j = 0; j < spec.n(); j++) {
          int at = co + p * spec.strideC() + i * spec.ldc() + j;
          double total = spec.accumulate() ? c[at] : spec.bias() ? bias[biasOffset + j] : 0;
          for (int k = 0; k < spec.k(); k++) {
            int ia = spec.transA() ? k * spec.lda() + i : i * spec.lda() + k;
            int ib = spec.transB() ? j * spec.ldb() + k : k * spec.ldb() + j;
            total += (double) a[ao + p * spec.strideA() + ia] * b[bo + p * spec.strideB() + ib];
          }
          result[at] = spec.relu() ? Math.max(0, total) : total;
        }
      }
    }
    return result;
  }

  private static float[] randomFloats(Random random, int count) {
    var result = new float[count];
    for (int i = 0; i < count; i++) {
      result[i] = random.nextFloat() * 2 - 1;
    }
    return result;
  }
}
