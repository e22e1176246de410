package dev.bramante.passes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.plan.Planner;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
  @Test
  void computesFirstWhatFreesMemory() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(4, 4));
    var y = trace.input("y", Type.f32(4, 4));
    var wide = x.matmul(y);
    Rewrites.assertText(
        new Schedule(),
        trace.graph(wide.matmul(y).matmul(y), wide.sum()),
        """
        %0 = input() x : F32[4, 4]
        %1 = input() y : F32[4, 4]
        %2 = matmul(%0, %1) : F32[4, 4]
        %3 = matmul(%2, %1) : F32[4, 4]
        %4 = matmul(%3, %1) : F32[4, 4]
        %5 = reduce_sum(%2) axes [0, 1] : F32[1, 1]
        %6 = reshape(%5) : F32[]
        return %4, %6
        """,
        """
        %0 = input() x : F32[4, 4]
        %1 = input() y : F32[4, 4]
        %2 = matmul(%0, %1) : F32[4, 4]
        %3 = matmul(%2, %1) : F32[4, 4]
        %4 = reduce_sum(%2) axes [0, 1] : F32[1, 1]
        %5 = matmul(%3, %1) : F32[4, 4]
        %6 = reshape(%4) : F32[]
        return %5, %6
        """);
  }

  @Test
  void keepsNoGradientUntilAllWeightsHaveTheirs() {
    var trace = new Trace();
    var h = trace.input("x", Type.f32(1000, 8));
    var weights = new ArrayList<Value>();
    for (int layer = 0; layer < 8; layer++) {
      weights.add(trace.input("w" + layer, Type.f32(8, 8)));
      h = h.matmul(weights.getLast()).tanh();
    }
    var gradients = Gradients.of(h.sum(), weights);
    var rest = gradients.subList(1, gradients.size()).toArray(Value[]::new);
    var graph = Rewrites.tidy(trace.graph(gradients.getFirst().concat(0, rest)));
    int before = Planner.plan(graph).sizes().floats();
    int after = Planner.plan(Rewrites.checked(new Schedule()::apply, graph)).sizes().floats();
    assertTrue(after < 0.7 * before, after + " floats instead of " + before);
  }
}
