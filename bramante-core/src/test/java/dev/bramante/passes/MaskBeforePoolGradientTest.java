package dev.bramante.passes;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MaskBeforePoolGradientTest {
  private static final Window POOL = Window.square(2, 2, 0);

  @Test
  void masksThePooledGradient() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(1, 4, 4, 3));
    Value y = x.relu().maxPool(POOL);
    Value dx = Gradients.of(y.times(y).sum(), List.of(x)).getFirst();
    Rewrites.assertText(
        new MaskBeforePoolGradient(),
        Rewrites.tidy(trace.graph(dx)),
        """
        %0 = input() x : F32[1, 4, 4, 3]
        %1 = relu(%0) : F32[1, 4, 4, 3]
        %2 = constant() 0.0 : F32[1, 1, 1, 1]
        %3 = broadcast(%2) : F32[1, 4, 4, 3]
        %4 = gt(%1, %3) : BOOL[1, 4, 4, 3]
        %5 = max_pool(%1) 2x2 stride 2x2 : F32[1, 2, 2, 3]
        %6 = add(%5, %5) : F32[1, 2, 2, 3]
        %7 = max_pool_grad(%1, %5, %6) 2x2 stride 2x2 : F32[1, 4, 4, 3]
        %8 = where(%4, %7, %3) : F32[1, 4, 4, 3]
        return %8
        """,
        """
        %0 = input() x : F32[1, 4, 4, 3]
        %1 = relu(%0) : F32[1, 4, 4, 3]
        %2 = max_pool(%1) 2x2 stride 2x2 : F32[1, 2, 2, 3]
        %3 = constant() 0.0 : F32[1, 1, 1, 1]
        %4 = broadcast(%3) : F32[1, 2, 2, 3]
        %5 = gt(%2, %4) : BOOL[1, 2, 2, 3]
        %6 = add(%2, %2) : F32[1, 2, 2, 3]
        %7 = where(%5, %6, %4) : F32[1, 2, 2, 3]
        %8 = max_pool_grad(%1, %2, %7) 2x2 stride 2x2 : F32[1, 4, 4, 3]
        return %8
        """);
  }

  @Test
  void staysWhereTheUnmaskedGradientIsReadToo() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(1, 4, 4, 3));
    Value h = x.relu();
    Value y = h.maxPool(POOL);
    List<Value> gradients = Gradients.of(y.times(y).sum(), List.of(x, h));
    Graph graph = Rewrites.tidy(trace.graph(gradients.get(0), gradients.get(1)));
    assertSame(graph, new MaskBeforePoolGradient().apply(graph));
  }

  @Test
  void staysWhereTheMaskIsOfAnotherValue() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(1, 4, 4, 3));
    Value y = x.relu().plus(1f).maxPool(POOL);
    Value dx = Gradients.of(y.times(y).sum(), List.of(x)).getFirst();
    Graph graph = Rewrites.tidy(trace.graph(dx));
    assertSame(graph, new MaskBeforePoolGradient().apply(graph));
  }

  @Test
  void letsAConvolutionWithReluHaveSparseGradients() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, 8, 8, 4));
    Value weight = trace.input("weight", Type.f32(3, 3, 4, 5));
    Value bias = trace.input("bias", Type.f32(5));
    Value h = x.conv2d(weight, Window.square(3, 1, 0), 1).plus(bias).relu().maxPool(POOL);
    List<Value> gradients = Gradients.of(h.times(h).sum(), List.of(x, weight, bias));
    Graph graph = trace.graph(gradients.toArray(Value[]::new));
    Graph rewritten = Rewrites.checked(Pipeline.standard()::run, graph);
    assertTrue(rewritten.toString().contains("conv2d_input_grad(%5"), rewritten::toString);
  }
}
