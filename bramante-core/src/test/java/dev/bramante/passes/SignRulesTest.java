package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import org.junit.jupiter.api.Test;

final class SignRulesTest {
  @Test
  void cancelsTwoSigns() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.negate().negate(), x.negate().times(y.negate())),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = neg(%0) : F32[2, 3]
        %3 = neg(%2) : F32[2, 3]
        %4 = neg(%0) : F32[2, 3]
        %5 = neg(%1) : F32[2, 3]
        %6 = mul(%4, %5) : F32[2, 3]
        return %3, %6
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = mul(%0, %1) : F32[2, 3]
        return %0, %2
        """);
  }

  @Test
  void movesSignsIntoSumsAndDifferences() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(
            x.plus(y.negate()),
            x.negate().plus(y),
            x.minus(y.negate()),
            trace.constant(0).minus(x)),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = neg(%1) : F32[2, 3]
        %3 = add(%0, %2) : F32[2, 3]
        %4 = neg(%0) : F32[2, 3]
        %5 = add(%4, %1) : F32[2, 3]
        %6 = neg(%1) : F32[2, 3]
        %7 = sub(%0, %6) : F32[2, 3]
        %8 = constant() 0.0 : F32[]
        %9 = reshape(%8) : F32[1, 1]
        %10 = broadcast(%9) : F32[2, 3]
        %11 = sub(%10, %0) : F32[2, 3]
        return %3, %5, %7, %11
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = sub(%0, %1) : F32[2, 3]
        %3 = sub(%1, %0) : F32[2, 3]
        %4 = add(%0, %1) : F32[2, 3]
        %5 = neg(%0) : F32[2, 3]
        return %2, %3, %4, %5
        """);
  }

  @Test
  void movesSignsIntoFactors() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.negate().times(2), x.times(2).negate(), x.times(-1)),
        """
        %0 = input() x : F32[2, 3]
        %1 = neg(%0) : F32[2, 3]
        %2 = constant() 2.0 : F32[]
        %3 = reshape(%2) : F32[1, 1]
        %4 = broadcast(%3) : F32[2, 3]
        %5 = mul(%1, %4) : F32[2, 3]
        %6 = constant() 2.0 : F32[]
        %7 = reshape(%6) : F32[1, 1]
        %8 = broadcast(%7) : F32[2, 3]
        %9 = mul(%0, %8) : F32[2, 3]
        %10 = neg(%9) : F32[2, 3]
        %11 = constant() -1.0 : F32[]
        %12 = reshape(%11) : F32[1, 1]
        %13 = broadcast(%12) : F32[2, 3]
        %14 = mul(%0, %13) : F32[2, 3]
        return %5, %10, %14
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() -2.0 : F32[1, 1]
        %2 = broadcast(%1) : F32[2, 3]
        %3 = mul(%0, %2) : F32[2, 3]
        %4 = constant() -2.0 : F32[1, 1]
        %5 = broadcast(%4) : F32[2, 3]
        %6 = mul(%0, %5) : F32[2, 3]
        %7 = neg(%0) : F32[2, 3]
        return %3, %6, %7
        """);
  }

  @Test
  void doesWhatIsDoneOnlyOnce() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var big = x.binary(BinaryKind.GT, 1);
    Rewrites.assertText(
        new Simplify(),
        trace.graph(
            x.relu().relu(),
            x.unary(UnaryKind.ABS).unary(UnaryKind.ABS),
            x.negate().unary(UnaryKind.ABS),
            big.unary(UnaryKind.NOT).unary(UnaryKind.NOT)),
        """
        %0 = input() x : F32[2, 3]
        %1 = relu(%0) : F32[2, 3]
        %2 = relu(%1) : F32[2, 3]
        %3 = abs(%0) : F32[2, 3]
        %4 = abs(%3) : F32[2, 3]
        %5 = neg(%0) : F32[2, 3]
        %6 = abs(%5) : F32[2, 3]
        %7 = constant() 1.0 : F32[]
        %8 = reshape(%7) : F32[1, 1]
        %9 = broadcast(%8) : F32[2, 3]
        %10 = gt(%0, %9) : BOOL[2, 3]
        %11 = not(%10) : BOOL[2, 3]
        %12 = not(%11) : BOOL[2, 3]
        return %2, %4, %6, %12
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = relu(%0) : F32[2, 3]
        %2 = abs(%0) : F32[2, 3]
        %3 = abs(%0) : F32[2, 3]
        %4 = constant() 1.0 : F32[]
        %5 = reshape(%4) : F32[1, 1]
        %6 = broadcast(%5) : F32[2, 3]
        %7 = gt(%0, %6) : BOOL[2, 3]
        return %1, %2, %3, %7
        """);
  }
}
