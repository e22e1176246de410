package dev.bramante.passes;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class CommonSubexpressionsTest {
  @Test
  void computesOnce() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(2, 3));
    Rewrites.assertText(
        new CommonSubexpressions(),
        trace.graph(x.plus(y).exp().times(y.plus(x).exp())),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = add(%0, %1) : F32[2, 3]
        %3 = exp(%2) : F32[2, 3]
        %4 = add(%1, %0) : F32[2, 3]
        %5 = exp(%4) : F32[2, 3]
        %6 = mul(%3, %5) : F32[2, 3]
        return %6
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = add(%0, %1) : F32[2, 3]
        %3 = exp(%2) : F32[2, 3]
        %4 = mul(%3, %3) : F32[2, 3]
        return %4
        """);
  }

  @Test
  void keepsTheOrderOfADifference() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(2, 3));
    Rewrites.assertText(
        new CommonSubexpressions(),
        trace.graph(x.minus(y), y.minus(x)),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = sub(%0, %1) : F32[2, 3]
        %3 = sub(%1, %0) : F32[2, 3]
        return %2, %3
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = sub(%0, %1) : F32[2, 3]
        %3 = sub(%1, %0) : F32[2, 3]
        return %2, %3
        """);
  }

  @Test
  void comparesConstantsByTheirBits() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2));
    var a = trace.constant(Tensor.of(Shape.of(2), 0f, 1f));
    var b = trace.constant(Tensor.of(Shape.of(2), 0f, 1f));
    var c = trace.constant(Tensor.of(Shape.of(2), -0f, 1f));
    Rewrites.assertText(
        new CommonSubexpressions(),
        trace.graph(x.times(a), x.times(b), x.times(c)),
        """
        %0 = input() x : F32[2]
        %1 = constant() … : F32[2]
        %2 = mul(%0, %1) : F32[2]
        %3 = constant() … : F32[2]
        %4 = mul(%0, %3) : F32[2]
        %5 = constant() … : F32[2]
        %6 = mul(%0, %5) : F32[2]
        return %2, %4, %6
        """,
        """
        %0 = input() x : F32[2]
        %1 = constant() … : F32[2]
        %2 = mul(%0, %1) : F32[2]
        %3 = constant() … : F32[2]
        %4 = mul(%0, %3) : F32[2]
        return %2, %2, %4
        """);
  }

  @Test
  void tellsVariablesApart() {
    var trace = new Trace();
    var a = new Variable("w", Type.f32(2));
    var b = new Variable("w", Type.f32(2));
    Rewrites.assertText(
        new CommonSubexpressions(),
        trace.graph(trace.read(a).plus(trace.read(b))),
        """
        %0 = read() w : F32[2]
        %1 = read() w : F32[2]
        %2 = add(%0, %1) : F32[2]
        return %2
        """,
        """
        %0 = read() w : F32[2]
        %1 = read() w : F32[2]
        %2 = add(%0, %1) : F32[2]
        return %2
        """);
  }

  @Test
  void drawsAStreamOnceAndTwoStreamsTwice() {
    var trace = new Trace();
    var a = trace.random(2);
    var again = trace.add(a.node().op(), trace.seed(), trace.step());
    Rewrites.assertText(
        new CommonSubexpressions(),
        trace.graph(a, again, trace.random(2)),
        """
        %0 = input() seed : I32[]
        %1 = input() step : I32[]
        %2 = random(%0, %1) stream 0 : F32[2]
        %3 = random(%0, %1) stream 0 : F32[2]
        %4 = random(%0, %1) stream 1 : F32[2]
        return %2, %3, %4
        """,
        """
        %0 = input() seed : I32[]
        %1 = input() step : I32[]
        %2 = random(%0, %1) stream 0 : F32[2]
        %3 = random(%0, %1) stream 1 : F32[2]
        return %2, %2, %3
        """);
  }
}
