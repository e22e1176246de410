package dev.bramante.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
import dev.bramante.tensor.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InitializerTest {
  private static final Shape SHAPE = Shape.of(200, 10, 3, 3);

  private static double deviation(Tensor t) {
    double sum = IntStream.range(0, t.shape().size()).mapToDouble(t::at).sum();
    double squares = IntStream.range(0, t.shape().size()).mapToDouble(t::at).map(v -> v * v).sum();
    int n = t.shape().size();
    return Math.sqrt(squares / n - sum / n * (sum / n));
  }

  private static double largest(Tensor t) {
    return IntStream.range(0, t.shape().size()).mapToDouble(i -> Math.abs(t.at(i))).max().orElse(0);
  }

  private static void check(Initializer initializer, double deviation, double bound) {
    Tensor values = initializer.values(SHAPE, 1, "w");
    assertEquals(deviation, deviation(values), 0.03 * deviation, initializer.toString());
    assertTrue(largest(values) <= bound * (1 + 1e-6), initializer.toString());
  }

  @Test
  void deviationsAreThoseOfTheFormulas() {
    double inf = Double.POSITIVE_INFINITY;
    check(Initializer.kaimingUniform(), Math.sqrt(2.0 / 90), Math.sqrt(6.0 / 90));
    check(Initializer.kaimingNormal(Initializer.Fan.OUT), Math.sqrt(2.0 / 1800), inf);
    check(Initializer.xavierUniform(), Math.sqrt(2.0 / 1890), Math.sqrt(6.0 / 1890));
    check(Initializer.xavierNormal(), Math.sqrt(2.0 / 1890), inf);
    check(Initializer.byFanIn(), Math.sqrt(1.0 / 270), Math.sqrt(1.0 / 90));
    check(new Initializer.Uniform(0.3), 0.3 / Math.sqrt(3), 0.3);
    check(new Initializer.Normal(0.02), 0.02, inf);
    check(new Initializer.TruncatedNormal(0.02), 0.02 * 0.8796, 0.04);
    check(new Initializer.Constant(0.5), 0, 0.5);
  }

  @Test
  void seedAndNameDecide() {
    Initializer normal = new Initializer.Normal(1);
    Tensor values = normal.values(SHAPE, 7, "0.weight");
    assertTrue(values.sameBits(normal.values(SHAPE, 7, "0.weight")));
    assertFalse(values.sameBits(normal.values(SHAPE, 8, "0.weight")));
    assertFalse(values.sameBits(normal.values(SHAPE, 7, "1.weight")));
  }

  @Test
  void sequencesAreTheKnownOnes() {
    // FNV-1a's own test vector, and the first outputs of SplitMix64 from the seed 1234567.
    assertEquals(0x85944171f73967e8L, SplitMix.key("foobar"));
    assertEquals(6457827717110365317L, SplitMix.bits(1234567, 0));
    assertEquals(3203168211198807973L, SplitMix.bits(1234567, 1));
  }
}
