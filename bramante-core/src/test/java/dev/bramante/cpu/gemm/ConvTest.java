package dev.bramante.cpu.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.cpu.pool.WorkerPool;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConvTest {
  private static final WorkerPool POOL = new WorkerPool(2);
  private static final List<ConvSpec> SPECS =
      List.of(
          ConvSpec.of(1, 1, 1, 1, 1, 1, 1),
          ConvSpec.of(1, 28, 28, 1, 5, 5, 32),
          ConvSpec.of(5, 28, 28, 1, 5, 5, 32),
          ConvSpec.of(1, 8, 8, 32, 5, 5, 64),
          ConvSpec.of(7, 8, 8, 32, 5, 5, 64),
          ConvSpec.of(2, 32, 32, 1, 5, 5, 6),
          ConvSpec.of(2, 14, 14, 6, 5, 5, 16),
          ConvSpec.of(2, 9, 7, 3, 3, 3, 13).padding(1, 1, 1, 1),
          ConvSpec.of(2, 14, 14, 20, 3, 3, 70).padding(1, 1, 1, 1),
          ConvSpec.of(1, 12, 10, 4, 3, 2, 33).padding(0, 1, 2, 0),
          ConvSpec.of(2, 15, 13, 3, 7, 7, 10).stride(2, 2).padding(3, 3, 3, 3),
          ConvSpec.of(2, 11, 12, 5, 3, 3, 9).stride(3, 2),
          ConvSpec.of(2, 13, 13, 4, 3, 3, 6).dilation(2, 3).padding(2, 2, 2, 2),
          ConvSpec.of(2, 9, 9, 8, 3, 3, 12).groups(4).padding(1, 1, 1, 1),
          ConvSpec.of(2, 9, 9, 6, 3, 3, 6).groups(6).stride(2, 2).padding(1, 1, 1, 1),
          ConvSpec.of(2, 9, 8, 6, 3, 3, 9).groups(3).dilation(1, 2).stride(2, 1),
          ConvSpec.of(3, 7, 7, 64, 1, 1, 100),
          ConvSpec.of(3, 7, 7, 10, 1, 1, 20).stride(2, 2),
          ConvSpec.of(2, 5, 5, 3, 3, 3, 4).padding(4, 4, 4, 4),
          ConvSpec.of(2, 6, 6, 3, 6, 6, 40),
          ConvSpec.of(2, 20, 17, 5, 1, 1, 19),
          ConvSpec.of(3, 7, 7, 33, 3, 3, 256).padding(1, 1, 1, 1),
          ConvSpec.of(2, 9, 8, 130, 1, 1, 270).stride(2, 2),
          ConvSpec.of(2, 15, 15, 24, 3, 2, 300).stride(1, 2).padding(1, 0, 1, 1),
          ConvSpec.of(8, 15, 15, 50, 1, 1, 130),
          ConvSpec.of(2, 14, 15, 13, 5, 5, 66).stride(2, 1).padding(2, 3, 1, 2),
          ConvSpec.of(2, 13, 13, 50, 3, 3, 70).dilation(2, 2).padding(3, 3, 3, 3));

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
        int slack = form * 16;
        var x = randomFloats(random, 1 + images(spec));
        var w = randomFloats(random, 2 + weights(spec) + slack);
        var bias = randomFloats(random, 3 + spec.filters());
        var y = randomFloats(random, 4 + results(spec));
        var convolution = new ConvForward(spec, ending, lanes, POOL);
        var operand = w;
        if (ending.packedWeights()) {
          operand = new float[2 + convolution.packedSize()];
          convolution.packWeights(w, 2, operand, 2);
        }
        convolution.run(x, 1, operand, 2, bias, 3, y, 4);
        var expected = naiveForward(spec, x, 1, w, 2, bias, 3, ending);
        assertClose(expected, y, 4, spec.taps(), spec);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8, 4})
  void inputGradientAgreesWithNaiveLoops(int lanes) {
    var random = new Random(lanes);
    for (var spec : SPECS) {
      var w = randomFloats(random, 2 + weights(spec));
      var dy = randomFloats(random, 3 + results(spec));
      var dx = randomFloats(random, 5 + images(spec));
      new ConvInputGradient(spec, lanes, POOL).run(dy, 3, w, 2, dx, 5);
      var expected = new double[images(spec)];
      eachTap(spec, (x, weight, y) -> expected[x] += (double) w[2 + weight] * dy[3 + y]);
      assertClose(expected, dx, 5, spec.kernelHeight() * spec.kernelWidth() * spec.filters(), spec);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8, 4})
  void weightGradientAgreesWithNaiveLoops(int lanes) {
    var random = new Random(lanes);
    for (var spec : SPECS) {
      for (int slack : new int[] {0, 16}) {
        var x = randomFloats(random, 1 + images(spec));
        var dy = randomFloats(random, 3 + results(spec) + slack);
        var dw = randomFloats(random, 2 + weights(spec));
        new ConvWeightGradient(spec, lanes, POOL).run(x, 1, dy, 3, dw, 2);
        var expected = new double[weights(spec)];
        eachTap(spec, (in, weight, y) -> expected[weight] += (double) x[1 + in] * dy[3 + y]);
        assertClose(expected, dw, 2, spec.n() * spec.outPixels(), spec);
      }
    }
  }

  @Test
  void sameBitsAtAnyThreadCount() {
    sameBits(ConvSpec.of(40, 28, 28, 1, 5, 5, 32));
    sameBits(ConvSpec.of(9, 27, 27, 52, 3, 3, 70).stride(2, 2).padding(1, 1, 1, 1));
  }

  private static void sameBits(ConvSpec spec) {
    var random = new Random(5);
    var x = randomFloats(random, images(spec));
    var w = randomFloats(random, weights(spec));
    var dy = randomFloats(random, results(spec));
    float[][] expected = null;
    for (int threads : new int[] {1, 2, 5}) {
      try (var pool = new WorkerPool(threads)) {
        var y = new float[results(spec)];
        var dx = new float[images(spec)];
        var dw = new float[weights(spec)];
        new ConvForward(spec, ConvEnding.PLAIN, 16, pool).run(x, 0, w, 0, y, 0);
        new ConvInputGradient(spec, 16, pool).run(dy, 0, w, 0, dx, 0);
        new ConvWeightGradient(spec, 16, pool).run(x, 0, dy, 0, dw, 0);
        var results = new float[][] {y, dx, dw};
        if (expected == null) {
          expected = results;
        }
        assertArrayEquals(expected, results);
      }
    }
  }

  @Test
  void theEpilogueSeesEveryElementOnceAndFinal() {
    var random = new Random(6);
    for (var spec : SPECS) {
      var x = randomFloats(random, images(spec));
      var w = randomFloats(random, weights(spec));
      var y = new float[results(spec)];
      var seen = new float[y.length];
      var copy = copying(y, seen, spec.outPixels(), spec.filters());
      new ConvForward(spec, ConvEnding.PLAIN, 16, POOL, new Workspace(), copy)
          .run(x, 0, w, 0, y, 0);
      assertArrayEquals(y, seen);
    }
  }

  @Test
  void theInputGradientsEpilogueDoesToo() {
    var random = new Random(7);
    for (var spec : SPECS) {
      var dy = randomFloats(random, results(spec));
      var w = randomFloats(random, weights(spec));
      var dx = new float[images(spec)];
      var seen = new float[dx.length];
      var copy = copying(dx, seen, spec.height() * spec.width(), spec.channels());
      new ConvInputGradient(spec, 16, POOL, new Workspace(), copy).run(dy, 0, w, 0, dx, 0);
      assertArrayEquals(dx, seen);
    }
  }

  private static TileEpilogue copying(float[] from, float[] to, int pixels, int channels) {
    return (worker, image, pixel0, pixel1, channel0, channel1) -> {
      for (int pixel = pixel0; pixel < pixel1; pixel++) {
        for (int channel = channel0; channel < channel1; channel++) {
          int at = (image * pixels + pixel) * channels + channel;
          to[at] += from[at];
        }
      }
    };
  }

  @Test
  void oneWorkspaceServesManyOperations() {
    var workspace = new Workspace();
    var random = new Random(8);
    var spec = ConvSpec.of(2, 14, 14, 20, 3, 3, 70).padding(1, 1, 1, 1);
    var x = randomFloats(random, images(spec));
    var w = randomFloats(random, weights(spec));
    var dy = randomFloats(random, results(spec));
    var forward = new ConvForward(spec, ConvEnding.PLAIN, 16, POOL, workspace, TileEpilogue.NONE);
    var inputs = new ConvInputGradient(spec, 16, POOL, workspace, TileEpilogue.NONE);
    var weightGradient = new ConvWeightGradient(spec, 16, POOL, workspace);
    float[][] first = null;
    for (int round = 0; round < 2; round++) {
      var results = new float[][] {new float[dy.length], new float[x.length], new float[w.length]};
      forward.run(x, 0, w, 0, results[0], 0);
      inputs.run(dy, 0, w, 0, results[1], 0);
      weightGradient.run(x, 0, dy, 0, results[2], 0);
      if (first == null) {
        first = results;
        Arrays.fill(workspace.floats(), Float.NaN);
      }
      assertArrayEquals(first, results);
    }
  }

  @Test
  void refusesImpossibleSizes() {
    assertThrows(IllegalArgumentException.class, () -> ConvSpec.of(1, 4, 4, 1, 5, 5, 1));
    assertThrows(IllegalArgumentException.class, () -> ConvSpec.of(1, 4, 4, 3, 1, 1, 4).groups(2));
  }

  interface Tap {
    void at(int x, int weight, int y);
  }

  /** Visits every product of a convolution, by the offsets of its operands and its result. */
  static void eachTap(ConvSpec s, Tap tap) {
    for (int y = 0; y < results(s); y++) {
      int filter = y % s.filters();
      int pixel = y / s.filters() % s.outPixels();
      int image = y / s.filters() / s.outPixels();
      for (int kh = 0; kh < s.kernelHeight(); kh++) {
        for (int kw = 0; kw < s.kernelWidth(); kw++) {
          int row = pixel / s.outWidth() * s.strideHeight() + kh * s.dilationHeight() - s.top();
          int column = pixel % s.outWidth() * s.strideWidth() + kw * s.dilationWidth() - s.left();
          if (row < 0 || row >= s.height() || column < 0 || column >= s.width()) {
            continue;
          }
          for (int ci = 0; ci < s.groupChannels(); ci++) {
            int channel = filter / s.groupFilters() * s.groupChannels() + ci;
            int x = ((image * s.height() + row) * s.width() + column) * s.channels() + channel;
            int weight = ((kh * s.kernelWidth() + kw) * s.groupChannels() + ci) * s.filters();
            tap.at(x, weight + filter, y);
          }
        }
      }
    }
  }

  private static double[] naiveForward(
      ConvSpec spec,
      float[] x,
      int xo,
      float[] w,
      int wo,
      float[] bias,
      int bo,
      ConvEnding ending) {
    var expected = new double[results(spec)];
    eachTap(spec, (in, weight, y) -> expected[y] += (double) x[xo + in] * w[wo + weight]);
    for (int i = 0; i < expected.length; i++) {
      double value = expected[i] + (ending.bias() ? bias[bo + i % spec.filters()] : 0);
      expected[i] = ending.relu() ? Math.max(0, value) : value;
    }
    return expected;
  }

  static void assertClose(double[] expected, float[] actual, int offset, int terms, ConvSpec spec) {
    assertEquals(expected.length, actual.length - offset);
    for (int i = 0; i < expected.length; i++) {
      double tolerance = 2e-6 * Math.sqrt(terms) * (1 + Math.abs(expected[i]));
      int at = i;
      assertEquals(
          expected[i], actual[offset + i], tolerance, () -> "element " + at + " of " + spec);
    }
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

  private static float[] randomFloats(Random random, int count) {
    var result = new float[count];
    for (int i = 0; i < count; i++) {
      result[i] = random.nextFloat() * 2 - 1;
    }
    return result;
  }
}
