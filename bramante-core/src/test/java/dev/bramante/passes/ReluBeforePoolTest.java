package dev.bramante.passes;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReluBeforePoolTest {
  @Test
  void movesBeforeThePooling() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 4, 4, 2));
    var weight = trace.input("weight", Type.f32(1, 1, 2, 3));
    var h = x.conv2d(weight, Window.square(1, 1, 0), 1);
    var window = Window.square(2, 2, 0);
    Rewrites.assertText(
        new ReluBeforePool(),
        trace.graph(h.maxPool(window).relu()),
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = input() weight : F32[1, 1, 2, 3]
        %2 = conv2d(%0, %1) 1x1 : F32[1, 4, 4, 3]
        %3 = max_pool(%2) 2x2 stride 2x2 : F32[1, 2, 2, 3]
        %4 = relu(%3) : F32[1, 2, 2, 3]
        return %4
        """,
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = input() weight : F32[1, 1, 2, 3]
        %2 = conv2d(%0, %1) 1x1 : F32[1, 4, 4, 3]
        %3 = relu(%2) : F32[1, 4, 4, 3]
        %4 = max_pool(%3) 2x2 stride 2x2 : F32[1, 2, 2, 3]
        return %4
        """);
  }

  @Test
  void movesInAStepOfTraining() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 4, 4, 2));
    var weight = trace.input("weight", Type.f32(1, 1, 2, 3));
    var h = x.conv2d(weight, Window.square(1, 1, 0), 1);
    var window = Window.square(2, 2, 0);
    var loss = h.maxPool(window).relu().sum();
    Rewrites.assertText(
        new ReluBeforePool(),
        Rewrites.tidy(trace.graph(Gradients.of(loss, List.of(weight)).getFirst())),
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = input() weight : F32[1, 1, 2, 3]
        %2 = conv2d(%0, %1) 1x1 : F32[1, 4, 4, 3]
        %3 = max_pool(%2) 2x2 stride 2x2 : F32[1, 2, 2, 3]
        %4 = relu(%3) : F32[1, 2, 2, 3]
        %5 = constant() 0.0 : F32[1, 1, 1, 1]
        %6 = broadcast(%5) : F32[1, 2, 2, 3]
        %7 = gt(%4, %6) : BOOL[1, 2, 2, 3]
        %8 = constant() 1.0 : F32[1, 1, 1, 1]
        %9 = broadcast(%8) : F32[1, 2, 2, 3]
        %10 = where(%7, %9, %6) : F32[1, 2, 2, 3]
        %11 = max_pool_grad(%2, %3, %10) 2x2 stride 2x2 : F32[1, 4, 4, 3]
        %12 = conv2d_weight_grad(%0, %11) 1x1 : F32[1, 1, 2, 3]
        return %12
        """,
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = input() weight : F32[1, 1, 2, 3]
        %2 = conv2d(%0, %1) 1x1 : F32[1, 4, 4, 3]
        %3 = relu(%2) : F32[1, 4, 4, 3]
        %4 = max_pool(%3) 2x2 stride 2x2 : F32[1, 2, 2, 3]
        %5 = constant() 0.0 : F32[1, 1, 1, 1]
        %6 = broadcast(%5) : F32[1, 2, 2, 3]
        %7 = gt(%4, %6) : BOOL[1, 2, 2, 3]
        %8 = constant() 1.0 : F32[1, 1, 1, 1]
        %9 = broadcast(%8) : F32[1, 2, 2, 3]
        %10 = where(%7, %9, %6) : F32[1, 2, 2, 3]
        %11 = max_pool_grad(%3, %4, %10) 2x2 stride 2x2 : F32[1, 4, 4, 3]
        %12 = conv2d_weight_grad(%0, %11) 1x1 : F32[1, 1, 2, 3]
        return %12
        """);
  }

  @Test
  void staysWhereThePooledValueIsReadToo() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 4, 4, 2));
    var weight = trace.input("weight", Type.f32(1, 1, 2, 3));
    var h = x.conv2d(weight, Window.square(1, 1, 0), 1);
    var window = Window.square(2, 2, 0);
    var pooled = h.maxPool(window);
    Rewrites.assertText(
        new ReluBeforePool(),
        trace.graph(pooled.relu().plus(pooled)),
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = input() weight : F32[1, 1, 2, 3]
        %2 = conv2d(%0, %1) 1x1 : F32[1, 4, 4, 3]
        %3 = max_pool(%2) 2x2 stride 2x2 : F32[1, 2, 2, 3]
        %4 = relu(%3) : F32[1, 2, 2, 3]
        %5 = add(%4, %3) : F32[1, 2, 2, 3]
        return %5
        """,
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = input() weight : F32[1, 1, 2, 3]
        %2 = conv2d(%0, %1) 1x1 : F32[1, 4, 4, 3]
        %3 = max_pool(%2) 2x2 stride 2x2 : F32[1, 2, 2, 3]
        %4 = relu(%3) : F32[1, 2, 2, 3]
        %5 = add(%4, %3) : F32[1, 2, 2, 3]
        return %5
        """);
  }

  @Test
  void staysWhereTheGradientIsNotMasked() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 4, 4, 2));
    var weight = trace.input("weight", Type.f32(1, 1, 2, 3));
    var h = x.conv2d(weight, Window.square(1, 1, 0), 1);
    var window = Window.square(2, 2, 0);
    var pooled = h.maxPool(window);
    var gradient = trace.input("dy", pooled.type());
    Rewrites.assertText(
        new ReluBeforePool(),
        trace.graph(pooled.relu(), trace.add(new Op.MaxPoolGrad(window), h, pooled, gradient)),
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = input() weight : F32[1, 1, 2, 3]
        %2 = input() dy : F32[1, 2, 2, 3]
        %3 = conv2d(%0, %1) 1x1 : F32[1, 4, 4, 3]
        %4 = max_pool(%3) 2x2 stride 2x2 : F32[1, 2, 2, 3]
        %5 = relu(%4) : F32[1, 2, 2, 3]
        %6 = max_pool_grad(%3, %4, %2) 2x2 stride 2x2 : F32[1, 4, 4, 3]
        return %5, %6
        """,
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = input() weight : F32[1, 1, 2, 3]
        %2 = input() dy : F32[1, 2, 2, 3]
        %3 = conv2d(%0, %1) 1x1 : F32[1, 4, 4, 3]
        %4 = max_pool(%3) 2x2 stride 2x2 : F32[1, 2, 2, 3]
        %5 = relu(%4) : F32[1, 2, 2, 3]
        %6 = max_pool_grad(%3, %4, %2) 2x2 stride 2x2 : F32[1, 4, 4, 3]
        return %5, %6
        """);
  }

  @Test
  void staysWhereNoKernelMakesTheOperand() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 4, 4, 2));
    Rewrites.assertText(
        new ReluBeforePool(),
        trace.graph(x.maxPool(Window.square(2, 2, 0)).relu()),
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = max_pool(%0) 2x2 stride 2x2 : F32[1, 2, 2, 2]
        %2 = relu(%1) : F32[1, 2, 2, 2]
        return %2
        """,
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = max_pool(%0) 2x2 stride 2x2 : F32[1, 2, 2, 2]
        %2 = relu(%1) : F32[1, 2, 2, 2]
        return %2
        """);
  }
}
