package dev.bramante.cpu.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.cpu.pool.WorkerPool;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WinogradTest {
  private static final WorkerPool POOL = new WorkerPool(2);

  /** Sizes of all kinds, of which the last makes groups that each thread computes alone. */
  private static final List<ConvSpec> SPECS =
      List.of(
          ConvSpec.of(1, 3, 3, 1, 3, 3, 1),
          ConvSpec.of(1, 3, 4, 3, 3, 3, 5).padding(1, 1, 1, 1),
          ConvSpec.of(1, 6, 6, 16, 3, 3, 32),
          ConvSpec.of(2, 9, 7, 3, 3, 3, 13).padding(1, 1, 1, 1),
          ConvSpec.of(3, 14, 13, 20, 3, 3, 70).padding(1, 1, 1, 1),
          ConvSpec.of(2, 8, 11, 33, 3, 3, 16).padding(2, 2, 2, 2),
          ConvSpec.of(1, 12, 10, 4, 3, 3, 33).padding(0, 1, 2, 0),
          ConvSpec.of(5, 7, 7, 64, 3, 3, 48).padding(1, 1, 1, 1),
          ConvSpec.of(1, 5, 6, 200, 3, 3, 40),
          ConvSpec.of(6, 33, 35, 17, 3, 3, 31).padding(1, 1, 1, 1));

  @AfterAll
  static void closePool() {
    POOL.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8, 4})
  void forwardAgreesWithNaiveLoops(int lanes) {
    var random = new Random(lanes);
    for (var spec : SPECS) {
      for (int form = 0; form < 4; form++) {
        var ending = new ConvEnding((form & 1) != 0, form > 1, form == 3);
        int slack = form % 2 * 16;
        var x = floats(random, 1 + images(spec) + slack);
        var w = floats(random, 2 + weights(spec));
        var bias = floats(random, 3 + spec.filters());
        var y = floats(random, 4 + results(spec));
        var convolution = new WinogradForward(spec, ending, lanes, POOL);
        var operand = w;
        if (ending.packedWeights()) {
          operand = new float[2 + convolution.packedSize()];
          convolution.packWeights(w, 2, operand, 2);
        }
        convolution.run(x, 1, operand, 2, bias, 3, y, 4);
        assertClose(forward(spec, x, 1, w, 2, bias, 3, ending), y, 4, spec.taps(), spec);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8, 4})
  void inputGradientAgreesWithNaiveLoops(int lanes) {
    var random = new Random(lanes);
    for (var spec : SPECS) {
      var w = floats(random, 2 + weights(spec));
      var dy = floats(random, 3 + results(spec));
      var dx = floats(random, 5 + images(spec));
      WinogradForward.ofInputGradient(spec, lanes, POOL, new Workspace(), TileEpilogue.NONE)
          .run(dy, 3, w, 2, Tiles.ZEROS, 0, dx, 5);
      var expected = new double[images(spec)];
      ConvTest.eachTap(spec, (x, weight, y) -> expected[x] += (double) w[2 + weight] * dy[3 + y]);
      assertClose(expected, dx, 5, 9 * spec.filters(), spec);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8, 4})
  void weightGradientAgreesWithNaiveLoops(int lanes) {
    var random = new Random(lanes);
    for (var spec : SPECS) {
      for (int slack : new int[] {0, 16}) {
        var x = floats(random, 1 + images(spec) + slack);
        var dy = floats(random, 3 + results(spec) + slack);
        var dw = floats(random, 2 + weights(spec));
        new WinogradWeightGradient(spec, lanes, POOL, new Workspace()).run(x, 1, dy, 3, dw, 2);
        var expected = new double[weights(spec)];
        ConvTest.eachTap(
            spec, (in, weight, y) -> expected[weight] += (double) x[1 + in] * dy[3 + y]);
        assertClose(expected, dw, 2, spec.n() * spec.outPixels(), spec);
      }
    }
  }

  @Test
  void sameBitsAtAnyThreadCount() {
    var random = new Random(5);
    for (var spec : SPECS.subList(7, 10)) {
      var x = floats(random, images(spec));
      var w = floats(random, weights(spec));
      var dy = floats(random, results(spec));
      float[][] expected = {};
      for (int threads : new int[] {1, 2, 5}) {
        try (var pool = new WorkerPool(threads)) {
          var y = new float[results(spec)];
          var dw = new float[weights(spec)];
          new WinogradForward(spec, ConvEnding.PLAIN, 16, pool).run(x, 0, w, 0, y, 0);
          new WinogradWeightGradient(spec, 16, pool, new Workspace()).run(x, 0, dy, 0, dw, 0);
          var results = new float[][] {y, dw};
          expected = threads == 1 ? results : expected;
          assertArrayEquals(expected, results);
        }
      }
    }
  }

  /** As is done with many channels and few tiles, unless there are more threads than panels. */
  @Test
  void weightsMayBeTransformedWhenTheyAreNeeded() {
    var spec = ConvSpec.of(2, 7, 7, 520, 3, 3, 510).padding(1, 1, 1, 1);
    var random = new Random(4);
    var x = floats(random, images(spec));
    var w = floats(random, weights(spec));
    float[][] expected = {};
    for (int threads : new int[] {2, 17}) {
      try (var pool = new WorkerPool(threads)) {
        var fixed = new WinogradForward(spec, new ConvEnding(false, false, true), 16, pool);
        var packed = new float[fixed.packedSize()];
        Arrays.fill(packed, Float.NaN);
        fixed.packWeights(w, 0, packed, 0);
        assertEquals(threads < 16, packed.length == 9 * 520 * 512);
        var results = new float[2][results(spec)];
        fixed.run(x, 0, packed, 0, results[0], 0);
        new WinogradForward(spec, ConvEnding.PLAIN, 16, pool).run(x, 0, w, 0, results[1], 0);
        assertArrayEquals(results[0], results[1]);
        expected = threads == 2 ? results : expected;
        assertArrayEquals(expected, results);
      }
    }
  }

  @Test
  void theEpilogueSeesEveryElementOnceAndFinal() {
    var random = new Random(6);
    for (var spec : SPECS) {
      var x = floats(random, images(spec));
      var w = floats(random, weights(spec));
      var y = new float[results(spec)];
      var seen = new float[y.length];
      TileEpilogue copy =
          (_, image, pixel0, pixel1, channel0, channel1) -> {
            for (int pixel = pixel0; pixel < pixel1; pixel++) {
              for (int channel = channel0; channel < channel1; channel++) {
                int at = (image * spec.outPixels() + pixel) * spec.filters() + channel;
                seen[at] += y[at];
              }
            }
          };
      new WinogradForward(spec, ConvEnding.PLAIN, 16, POOL, new Workspace(), copy)
          .run(x, 0, w, 0, y, 0);
      assertArrayEquals(y, seen);
    }
  }

  @Test
  void scratchMemoryMayHoldAnything() {
    var workspace = new Workspace();
    var random = new Random(8);
    for (var spec : SPECS) {
      var x = floats(random, images(spec));
      var w = floats(random, weights(spec));
      var dy = floats(random, results(spec));
      var first = new float[][] {new float[dy.length], new float[w.length]};
      var second = new float[][] {new float[dy.length], new float[w.length]};
      var forward =
          new WinogradForward(spec, ConvEnding.PLAIN, 8, POOL, workspace, TileEpilogue.NONE);
      var gradient = new WinogradWeightGradient(spec, 8, POOL, workspace);
      for (var results : List.of(first, second)) {
        Arrays.fill(workspace.floats(), results == first ? 0 : Float.NaN);
        forward.run(x, 0, w, 0, results[0], 0);
        Arrays.fill(workspace.floats(), results == first ? 0 : Float.NaN);
        gradient.run(x, 0, dy, 0, results[1], 0);
      }
      assertArrayEquals(first, second);
    }
  }

  @Test
  void isChosenWhereItPays() {
    var map = ConvSpec.of(1, 14, 14, 64, 3, 3, 64).padding(1, 1, 1, 1);
    assertTrue(WinogradForward.pays(map, true));
    assertFalse(WinogradForward.pays(map, false));
    assertFalse(WinogradForward.pays(map.stride(2, 2), true));
    assertFalse(WinogradForward.pays(map.groups(2), true));
    assertFalse(WinogradForward.pays(map.dilation(2, 2), true));
    assertFalse(WinogradForward.pays(ConvSpec.of(1, 14, 14, 4096, 3, 3, 2048), true));
    assertFalse(WinogradForward.pays(ConvSpec.of(8, 14, 14, 3, 3, 3, 64), true));
    assertFalse(
        WinogradForward.pays(ConvSpec.of(64, 5, 5, 64, 3, 3, 64).padding(1, 1, 1, 1), true));
    assertTrue(WinogradForward.paysForInputGradient(ConvSpec.of(9, 14, 14, 64, 3, 3, 64)));
    assertFalse(
        WinogradForward.paysForInputGradient(
            ConvSpec.of(9, 14, 14, 64, 3, 3, 64).padding(3, 3, 3, 3)));
  }

  /** The error may be twice that of a direct sum, for which the tests allow half as much. */
  private static void assertClose(
      double[] expected, float[] actual, int offset, int terms, ConvSpec spec) {
    for (int i = 0; i < expected.length; i++) {
      double tolerance = 4e-6 * Math.sqrt(terms) * (1 + Math.abs(expected[i]));
      int at = i;
      assertEquals(
          expected[i], actual[offset + i], tolerance, () -> "element " + at + " of " + spec);
    }
  }

  private static double[] forward(
      ConvSpec spec,
      float[] x,
      int xo,
      float[] w,
      int wo,
      float[] bias,
      int bo,
      ConvEnding ending) {
    var expected = new double[results(spec)];
    ConvTest.eachTap(spec, (in, weight, y) -> expected[y] += (double) x[xo + in] * w[wo + weight]);
    for (int i = 0; i < expected.length; i++) {
      double value = expected[i] + (ending.bias() ? bias[bo + i % spec.filters()] : 0);
      expected[i] = ending.relu() ? Math.max(0, value) : value;
    }
    return expected;
  }

  private static int images(ConvSpec spec) {
    return spec.n() * spec.height() * spec.width() * spec.channels();
  }

  private static int weights(ConvSpec spec) {
    return spec.taps() * spec.filters();
  }

  private static int results(ConvSpec spec) {
    return spec.n() * spec.outPixels() * spec.filters();
  }

  private static float[] floats(Random random, int count) {
    var result = new float[count];
    for (int i = 0; i < count; i++) {
      result[i] = random.nextFloat() * 2 - 1;
    }
    return result;
  }
}
