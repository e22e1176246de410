package dev.bramante.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Products of which one operand would take more than 32 MB when packed; of 37 rows or columns they
 * are too thin to be packed as a whole, of 131 they are.
 */
class SectionedProductTest {
  private static final int WIDE = 17_011;
  private static final int STEPS = 521;

  private final Trace trace = new Trace();
  private final SplittableRandom random = new SplittableRandom(1);

  private Tensor random(int... dims) {
    Tensor tensor = Tensor.zeros(DType.F32, Type.f32(dims).shape());
    for (int i = 0; i < tensor.floats().length; i++) {
      tensor.floats()[i] = random.nextFloat() - 0.5f;
    }
    return tensor;
  }

  private static Tensor run(Graph graph, Tensor... inputs) {
    var engine = new Engine();
    long scratch = engine.footprint(graph).scratch();
    assertTrue(scratch < 34_000_000, () -> scratch + " bytes of scratch memory");
    return engine.compile(graph).run(inputs).getFirst();
  }

  @ParameterizedTest
  @ValueSource(ints = {37, 131})
  void columnsWithABiasAndATail(int few) {
    Value x = trace.input("x", Type.f32(few, STEPS));
    Value w = trace.input("w", Type.f32(WIDE, STEPS));
    Value bias = trace.input("bias", Type.f32(1, WIDE));
    Tensor[] in = {random(few, STEPS), random(WIDE, STEPS), random(1, WIDE)};
    Tensor y = run(trace.graph(x.matmul(w, false, true).plus(bias).tanh()), in);
    for (int sample = 0; sample < 2000; sample++) {
      int row = random.nextInt(few);
      int column = random.nextInt(WIDE);
      double sum = in[2].at(column);
      for (int k = 0; k < STEPS; k++) {
        sum += in[0].at(row * STEPS + k) * in[1].at(column * STEPS + k);
      }
      assertEquals(Math.tanh(sum), y.at(row * WIDE + column), 1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {37, 131})
  void rowsOfATransposedOperandWithATail(int few) {
    Value x = trace.input("x", Type.f32(STEPS, WIDE));
    Value dy = trace.input("dy", Type.f32(STEPS, few));
    Value more = trace.input("more", Type.f32(WIDE, few));
    Tensor[] in = {random(STEPS, WIDE), random(STEPS, few), random(WIDE, few)};
    Tensor dw = run(trace.graph(x.matmul(dy, true, false).plus(more)), in);
    for (int sample = 0; sample < 2000; sample++) {
      int row = random.nextInt(WIDE);
      int column = random.nextInt(few);
      double sum = in[2].at(row * few + column);
      for (int k = 0; k < STEPS; k++) {
        sum += in[0].at(k * WIDE + row) * in[1].at(k * few + column);
      }
      assertEquals(sum, dw.at(row * few + column), 1e-3);
    }
  }
}
