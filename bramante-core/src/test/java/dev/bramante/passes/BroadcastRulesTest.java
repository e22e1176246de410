package dev.bramante.passes;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.tensor.Shape;
import org.junit.jupiter.api.Test;

final class BroadcastRulesTest {
  @Test
  void repeatsOnce() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 1));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.broadcast(Shape.of(2, 1)).broadcast(Shape.of(2, 3))),
        """
        %0 = input() x : F32[1, 1]
        %1 = broadcast(%0) : F32[2, 1]
        %2 = broadcast(%1) : F32[2, 3]
        return %2
        """,
        """
        %0 = input() x : F32[1, 1]
        %1 = broadcast(%0) : F32[2, 3]
        return %1
        """);
  }

  @Test
  void computesBeforeItRepeats() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 1));
    var y = trace.input("y", Type.f32(2, 1));
    var wide = x.broadcast(Shape.of(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(wide.exp().times(2).plus(y.broadcast(Shape.of(2, 3)))),
        """
        %0 = input() x : F32[2, 1]
        %1 = input() y : F32[2, 1]
        %2 = broadcast(%0) : F32[2, 3]
        %3 = exp(%2) : F32[2, 3]
        %4 = constant() 2.0 : F32[]
        %5 = reshape(%4) : F32[1, 1]
        %6 = broadcast(%5) : F32[2, 3]
        %7 = mul(%3, %6) : F32[2, 3]
        %8 = broadcast(%1) : F32[2, 3]
        %9 = add(%7, %8) : F32[2, 3]
        return %9
        """,
        """
        %0 = input() x : F32[2, 1]
        %1 = input() y : F32[2, 1]
        %2 = exp(%0) : F32[2, 1]
        %3 = constant() 2.0 : F32[1, 1]
        %4 = broadcast(%3) : F32[2, 1]
        %5 = mul(%2, %4) : F32[2, 1]
        %6 = add(%5, %1) : F32[2, 1]
        %7 = broadcast(%6) : F32[2, 3]
        return %7
        """);
  }

  @Test
  void leavesOperandsOfDifferentShapes() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 1));
    var y = trace.input("y", Type.f32(1, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.times(y)),
        """
        %0 = input() x : F32[2, 1]
        %1 = input() y : F32[1, 3]
        %2 = broadcast(%0) : F32[2, 3]
        %3 = broadcast(%1) : F32[2, 3]
        %4 = mul(%2, %3) : F32[2, 3]
        return %4
        """,
        """
        %0 = input() x : F32[2, 1]
        %1 = input() y : F32[1, 3]
        %2 = broadcast(%0) : F32[2, 3]
        %3 = broadcast(%1) : F32[2, 3]
        %4 = mul(%2, %3) : F32[2, 3]
        return %4
        """);
  }

  @Test
  void computesOneNumberOfNumbers() {
    var trace = new Trace();

    Rewrites.assertText(
        new Simplify(),
        trace.graph(trace.constant(2).broadcast(Shape.of(2, 3)).plus(3)),
        """
        %0 = constant() 2.0 : F32[]
        %1 = reshape(%0) : F32[1, 1]
        %2 = broadcast(%1) : F32[2, 3]
        %3 = constant() 3.0 : F32[]
        %4 = reshape(%3) : F32[1, 1]
        %5 = broadcast(%4) : F32[2, 3]
        %6 = add(%2, %5) : F32[2, 3]
        return %6
        """,
        """
        %0 = constant() 2.0 : F32[1, 1]
        %1 = constant() 3.0 : F32[1, 1]
        %2 = add(%0, %1) : F32[1, 1]
        %3 = broadcast(%2) : F32[2, 3]
        return %3
        """);
  }
}
