package dev.bramante.passes;

import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;
import org.junit.jupiter.api.Test;

final class ReduceRulesTest {
  @Test
  void dropsAxesOfOneElement() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 1, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.reduceKeeping(ReduceKind.SUM, 1), x.reduceKeeping(ReduceKind.MAX, 1, 2)),
        """
        %0 = input() x : F32[2, 1, 3]
        %1 = reduce_sum(%0) axes [1] : F32[2, 1, 3]
        %2 = reduce_max(%0) axes [1, 2] : F32[2, 1, 1]
        return %1, %2
        """,
        """
        %0 = input() x : F32[2, 1, 3]
        %1 = reduce_max(%0) axes [2] : F32[2, 1, 1]
        return %0, %1
        """);
  }

  @Test
  void countsRepeatedElements() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 1));
    var wide = x.broadcast(Shape.of(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(
            wide.reduceKeeping(ReduceKind.SUM, 1),
            wide.reduceKeeping(ReduceKind.SUM, 0, 1),
            wide.reduceKeeping(ReduceKind.MAX, 1)),
        """
        %0 = input() x : F32[2, 1]
        %1 = broadcast(%0) : F32[2, 3]
        %2 = reduce_sum(%1) axes [1] : F32[2, 1]
        %3 = reduce_sum(%1) axes [0, 1] : F32[1, 1]
        %4 = reduce_max(%1) axes [1] : F32[2, 1]
        return %2, %3, %4
        """,
        """
        %0 = input() x : F32[2, 1]
        %1 = constant() 3.0 : F32[1, 1]
        %2 = broadcast(%1) : F32[2, 1]
        %3 = mul(%0, %2) : F32[2, 1]
        %4 = reduce_sum(%0) axes [0] : F32[1, 1]
        %5 = constant() 3.0 : F32[1, 1]
        %6 = mul(%4, %5) : F32[1, 1]
        return %3, %6, %0
        """);
  }

  @Test
  void movesSignsAndFactorsOutOfSums() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.times(3).negate().sum(1), x.times(3).max(1)),
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 3.0 : F32[]
        %2 = reshape(%1) : F32[1, 1]
        %3 = broadcast(%2) : F32[2, 3]
        %4 = mul(%0, %3) : F32[2, 3]
        %5 = neg(%4) : F32[2, 3]
        %6 = reduce_sum(%5) axes [1] : F32[2, 1]
        %7 = reshape(%6) : F32[2]
        %8 = constant() 3.0 : F32[]
        %9 = reshape(%8) : F32[1, 1]
        %10 = broadcast(%9) : F32[2, 3]
        %11 = mul(%0, %10) : F32[2, 3]
        %12 = reduce_max(%11) axes [1] : F32[2, 1]
        %13 = reshape(%12) : F32[2]
        return %7, %13
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = reduce_sum(%0) axes [1] : F32[2, 1]
        %2 = constant() -3.0 : F32[1, 1]
        %3 = broadcast(%2) : F32[2, 1]
        %4 = mul(%1, %3) : F32[2, 1]
        %5 = reshape(%4) : F32[2]
        %6 = constant() 3.0 : F32[]
        %7 = reshape(%6) : F32[1, 1]
        %8 = broadcast(%7) : F32[2, 3]
        %9 = mul(%0, %8) : F32[2, 3]
        %10 = reduce_max(%9) axes [1] : F32[2, 1]
        %11 = reshape(%10) : F32[2]
        return %5, %11
        """);
  }

  @Test
  void sumsWhatPoolingHandsOut() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 4, 4, 3));
    var gradient = trace.input("dy", Type.f32(2, 2, 2, 3));
    var window = Window.square(2, 2, 0);
    var most = trace.add(new Op.MaxPoolGrad(window), x, x.maxPool(window), gradient);
    var mean = trace.add(new Op.AvgPoolGrad(window, x.shape()), gradient);
    Rewrites.assertText(
        new Simplify(),
        trace.graph(most.sum(0, 1, 2), mean.sum(0, 1, 2), most.sum(0, 1)),
        """
        %0 = input() x : F32[2, 4, 4, 3]
        %1 = input() dy : F32[2, 2, 2, 3]
        %2 = max_pool(%0) 2x2 stride 2x2 : F32[2, 2, 2, 3]
        %3 = max_pool_grad(%0, %2, %1) 2x2 stride 2x2 : F32[2, 4, 4, 3]
        %4 = reduce_sum(%3) axes [0, 1, 2] : F32[1, 1, 1, 3]
        %5 = reshape(%4) : F32[3]
        %6 = avg_pool_grad(%1) 2x2 stride 2x2 : F32[2, 4, 4, 3]
        %7 = reduce_sum(%6) axes [0, 1, 2] : F32[1, 1, 1, 3]
        %8 = reshape(%7) : F32[3]
        %9 = reduce_sum(%3) axes [0, 1] : F32[1, 1, 4, 3]
        %10 = reshape(%9) : F32[4, 3]
        return %5, %8, %10
        """,
        """
        %0 = input() x : F32[2, 4, 4, 3]
        %1 = input() dy : F32[2, 2, 2, 3]
        %2 = reduce_sum(%1) axes [0, 1, 2] : F32[1, 1, 1, 3]
        %3 = reshape(%2) : F32[3]
        %4 = reduce_sum(%1) axes [0, 1, 2] : F32[1, 1, 1, 3]
        %5 = reshape(%4) : F32[3]
        %6 = max_pool(%0) 2x2 stride 2x2 : F32[2, 2, 2, 3]
        %7 = max_pool_grad(%0, %6, %1) 2x2 stride 2x2 : F32[2, 4, 4, 3]
        %8 = reduce_sum(%7) axes [0, 1] : F32[1, 1, 4, 3]
        %9 = reshape(%8) : F32[4, 3]
        return %3, %5, %9
        """);
  }

  @Test
  void keepsWhatPaddingLoses() {
    var trace = new Trace();
    var gradient = trace.input("dy", Type.f32(2, 3, 3, 3));
    var mean =
        trace.add(new Op.AvgPoolGrad(Window.square(2, 2, 1), Shape.of(2, 4, 4, 3)), gradient);
    Rewrites.assertText(
        new Simplify(),
        trace.graph(mean.sum(0, 1, 2)),
        """
        %0 = input() dy : F32[2, 3, 3, 3]
        %1 = avg_pool_grad(%0) 2x2 stride 2x2 pad 1x1 : F32[2, 4, 4, 3]
        %2 = reduce_sum(%1) axes [0, 1, 2] : F32[1, 1, 1, 3]
        %3 = reshape(%2) : F32[3]
        return %3
        """,
        """
        %0 = input() dy : F32[2, 3, 3, 3]
        %1 = avg_pool_grad(%0) 2x2 stride 2x2 pad 1x1 : F32[2, 4, 4, 3]
        %2 = reduce_sum(%1) axes [0, 1, 2] : F32[1, 1, 1, 3]
        %3 = reshape(%2) : F32[3]
        return %3
        """);
  }

  @Test
  void takesSharedFactorsOutOfSums() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3, 2));
    var w = trace.input("w", Type.f32(2));
    var g = trace.input("g", Type.f32(2, 3, 2));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.times(w).times(g).sum(0, 1)),
        """
        %0 = input() x : F32[2, 3, 2]
        %1 = input() w : F32[2]
        %2 = input() g : F32[2, 3, 2]
        %3 = reshape(%1) : F32[1, 1, 2]
        %4 = broadcast(%3) : F32[2, 3, 2]
        %5 = mul(%0, %4) : F32[2, 3, 2]
        %6 = mul(%5, %2) : F32[2, 3, 2]
        %7 = reduce_sum(%6) axes [0, 1] : F32[1, 1, 2]
        %8 = reshape(%7) : F32[2]
        return %8
        """,
        """
        %0 = input() x : F32[2, 3, 2]
        %1 = input() w : F32[2]
        %2 = input() g : F32[2, 3, 2]
        %3 = mul(%0, %2) : F32[2, 3, 2]
        %4 = reduce_sum(%3) axes [0, 1] : F32[1, 1, 2]
        %5 = reshape(%1) : F32[1, 1, 2]
        %6 = mul(%4, %5) : F32[1, 1, 2]
        %7 = reshape(%6) : F32[2]
        return %7
        """);
  }
}
