package dev.bramante.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.plan.Buffer;
import dev.bramante.plan.Plan;
import dev.bramante.plan.Step;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels that reduce rows write over an operand that nobody needs any more, if they can. */
class RowsInPlaceTest {
  private final Trace trace = new Trace();

  private static Tensor random(int... dims) {
    Tensor tensor = Tensor.zeros(DType.F32, Type.f32(dims).shape());
    var random = new SplittableRandom(dims[1]);
    for (int i = 0; i < tensor.floats().length; i++) {
      tensor.floats()[i] = random.nextFloat() * 4 - 2;
    }
    return tensor;
  }

  /** The kernel of rows among the steps, and whether it writes over what a product gave. */
  private static boolean overwrites(Plan plan) {
    Step rows =
        plan.steps().stream()
            .filter(step -> step.label().contains("reduce"))
            .findFirst()
            .orElseThrow();
    Buffer product = plan.steps().getFirst().outputs().getFirst();
    return rows.outputs().stream().anyMatch(buffer -> buffer.offset() == product.offset());
  }

  private void assertRuns(Graph graph, int bits, Tensor... inputs) {
    var engine = new Engine(EngineOptions.defaults().withVectorBits(bits));
    Tensor actual = engine.compile(graph).run(inputs).getFirst();
    double[] expected = Reference.run(graph, Map.of(), inputs).output(0).values();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual.at(i), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"512, 5, 7", "256, 3, 5003", "128, 70, 33", "512, 130, 257", "512, 2, 9000"})
  void aSoftmaxOverItsLogits(int bits, int rows, int columns) {
    Value a = trace.input("a", Type.f32(rows, 6));
    Value b = trace.input("b", Type.f32(6, columns));
    Value logits = a.matmul(b);
    Value shifted =
        logits.minus(logits.max(1).reshape(rows, 1).broadcast(Shape.of(rows, columns))).exp();
    Value sums = shifted.sum(1).reshape(rows, 1).broadcast(Shape.of(rows, columns));
    Graph graph = trace.graph(shifted.over(sums));
    assertEquals(true, overwrites(new Engine().plan(graph)));
    assertRuns(graph, bits, random(rows, 6), random(6, columns));
  }

  /** What is centred is written in a pass after which the values are read once more. */
  @Test
  void notIfAnythingIsWrittenBeforeTheLastPass() {
    Value a = trace.input("a", Type.f32(9, 6));
    Value b = trace.input("b", Type.f32(6, 40));
    Value x = a.matmul(b);
    Value centred = x.minus(x.mean(1).reshape(9, 1).broadcast(Shape.of(9, 40)));
    Value squares = x.times(centred).sum(1).reshape(9, 1).broadcast(Shape.of(9, 40));
    Graph graph = trace.graph(centred, x.times(squares));
    Plan plan = new Engine().plan(graph);
    long kernels =
        plan.steps().stream()
            .filter(s -> s instanceof Step.Compute(var n, _, _) && n.op() instanceof Op.Fused)
            .count();
    assertEquals(1, kernels, plan::toString);
    assertEquals(false, overwrites(plan));
    assertRuns(graph, 512, random(9, 6), random(6, 40));
  }
}
