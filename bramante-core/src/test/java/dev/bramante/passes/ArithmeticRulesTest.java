package dev.bramante.passes;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import org.junit.jupiter.api.Test;

final class ArithmeticRulesTest {
  @Test
  void dropsNeutralElements() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.plus(0).times(1).over(x.like(1)).minus(x.like(0))),
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 0.0 : F32[]
        %2 = reshape(%1) : F32[1, 1]
        %3 = broadcast(%2) : F32[2, 3]
        %4 = add(%0, %3) : F32[2, 3]
        %5 = constant() 1.0 : F32[]
        %6 = reshape(%5) : F32[1, 1]
        %7 = broadcast(%6) : F32[2, 3]
        %8 = mul(%4, %7) : F32[2, 3]
        %9 = constant() 1.0 : F32[]
        %10 = reshape(%9) : F32[1, 1]
        %11 = broadcast(%10) : F32[2, 3]
        %12 = div(%8, %11) : F32[2, 3]
        %13 = constant() 0.0 : F32[]
        %14 = reshape(%13) : F32[1, 1]
        %15 = broadcast(%14) : F32[2, 3]
        %16 = sub(%12, %15) : F32[2, 3]
        return %16
        """,
        """
        %0 = input() x : F32[2, 3]
        return %0
        """);
  }

  @Test
  void multipliesFactorsInARow() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(trace.constant(3).times(x).times(0.5f)),
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 3.0 : F32[]
        %2 = reshape(%1) : F32[1, 1]
        %3 = broadcast(%2) : F32[2, 3]
        %4 = mul(%3, %0) : F32[2, 3]
        %5 = constant() 0.5 : F32[]
        %6 = reshape(%5) : F32[1, 1]
        %7 = broadcast(%6) : F32[2, 3]
        %8 = mul(%4, %7) : F32[2, 3]
        return %8
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 1.5 : F32[1, 1]
        %2 = broadcast(%1) : F32[2, 3]
        %3 = mul(%0, %2) : F32[2, 3]
        return %3
        """);
  }

  @Test
  void keepsFactorsWhoseProductOverflows() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.times(1e30f).times(1e30f)),
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 1.0000000150474662E30 : F32[]
        %2 = reshape(%1) : F32[1, 1]
        %3 = broadcast(%2) : F32[2, 3]
        %4 = mul(%0, %3) : F32[2, 3]
        %5 = constant() 1.0000000150474662E30 : F32[]
        %6 = reshape(%5) : F32[1, 1]
        %7 = broadcast(%6) : F32[2, 3]
        %8 = mul(%4, %7) : F32[2, 3]
        return %8
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 1.0000000150474662E30 : F32[]
        %2 = reshape(%1) : F32[1, 1]
        %3 = broadcast(%2) : F32[2, 3]
        %4 = mul(%0, %3) : F32[2, 3]
        %5 = constant() 1.0000000150474662E30 : F32[]
        %6 = reshape(%5) : F32[1, 1]
        %7 = broadcast(%6) : F32[2, 3]
        %8 = mul(%4, %7) : F32[2, 3]
        return %8
        """);
  }

  @Test
  void dividesByPowersOfTwoByMultiplying() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.over(trace.constant(4)), x.over(trace.constant(3))),
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 4.0 : F32[]
        %2 = reshape(%1) : F32[1, 1]
        %3 = broadcast(%2) : F32[2, 3]
        %4 = div(%0, %3) : F32[2, 3]
        %5 = constant() 3.0 : F32[]
        %6 = reshape(%5) : F32[1, 1]
        %7 = broadcast(%6) : F32[2, 3]
        %8 = div(%0, %7) : F32[2, 3]
        return %4, %8
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 0.25 : F32[1, 1]
        %2 = broadcast(%1) : F32[2, 3]
        %3 = mul(%0, %2) : F32[2, 3]
        %4 = constant() 3.0 : F32[]
        %5 = reshape(%4) : F32[1, 1]
        %6 = broadcast(%5) : F32[2, 3]
        %7 = div(%0, %6) : F32[2, 3]
        return %3, %7
        """);
  }

  @Test
  void hasAnOperationForTheReciprocalOfARoot() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(trace.constant(1).over(x.times(x).unary(UnaryKind.SQRT))),
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 1.0 : F32[]
        %2 = reshape(%1) : F32[1, 1]
        %3 = broadcast(%2) : F32[2, 3]
        %4 = mul(%0, %0) : F32[2, 3]
        %5 = sqrt(%4) : F32[2, 3]
        %6 = div(%3, %5) : F32[2, 3]
        return %6
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = mul(%0, %0) : F32[2, 3]
        %2 = rsqrt(%1) : F32[2, 3]
        return %2
        """);
  }

  @Test
  void spellsOutSmallPowers() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2));
    var y = x.times(x);
    Rewrites.assertText(
        new Simplify(),
        trace.graph(
            x.pow(trace.constant(2)),
            x.pow(trace.constant(3)),
            x.pow(trace.constant(-1)),
            y.pow(trace.constant(0.5f)),
            y.pow(trace.constant(-0.5f)),
            y.pow(trace.constant(1)),
            y.pow(trace.constant(2.5f))),
        """
        %0 = input() x : F32[2]
        %1 = constant() 2.0 : F32[]
        %2 = reshape(%1) : F32[1]
        %3 = broadcast(%2) : F32[2]
        %4 = pow(%0, %3) : F32[2]
        %5 = constant() 3.0 : F32[]
        %6 = reshape(%5) : F32[1]
        %7 = broadcast(%6) : F32[2]
        %8 = pow(%0, %7) : F32[2]
        %9 = constant() -1.0 : F32[]
        %10 = reshape(%9) : F32[1]
        %11 = broadcast(%10) : F32[2]
        %12 = pow(%0, %11) : F32[2]
        %13 = mul(%0, %0) : F32[2]
        %14 = constant() 0.5 : F32[]
        %15 = reshape(%14) : F32[1]
        %16 = broadcast(%15) : F32[2]
        %17 = pow(%13, %16) : F32[2]
        %18 = constant() -0.5 : F32[]
        %19 = reshape(%18) : F32[1]
        %20 = broadcast(%19) : F32[2]
        %21 = pow(%13, %20) : F32[2]
        %22 = constant() 1.0 : F32[]
        %23 = reshape(%22) : F32[1]
        %24 = broadcast(%23) : F32[2]
        %25 = pow(%13, %24) : F32[2]
        %26 = constant() 2.5 : F32[]
        %27 = reshape(%26) : F32[1]
        %28 = broadcast(%27) : F32[2]
        %29 = pow(%13, %28) : F32[2]
        return %4, %8, %12, %17, %21, %25, %29
        """,
        """
        %0 = input() x : F32[2]
        %1 = mul(%0, %0) : F32[2]
        %2 = mul(%0, %0) : F32[2]
        %3 = mul(%2, %0) : F32[2]
        %4 = constant() 1.0 : F32[1]
        %5 = broadcast(%4) : F32[2]
        %6 = div(%5, %0) : F32[2]
        %7 = mul(%0, %0) : F32[2]
        %8 = sqrt(%7) : F32[2]
        %9 = rsqrt(%7) : F32[2]
        %10 = constant() 2.5 : F32[]
        %11 = reshape(%10) : F32[1]
        %12 = broadcast(%11) : F32[2]
        %13 = pow(%7, %12) : F32[2]
        return %1, %3, %6, %8, %9, %7, %13
        """);
  }

  @Test
  void takesOneOfTwoEqualOperands() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.max(x), x.min(x)),
        """
        %0 = input() x : F32[2, 3]
        %1 = max(%0, %0) : F32[2, 3]
        %2 = min(%0, %0) : F32[2, 3]
        return %1, %2
        """,
        """
        %0 = input() x : F32[2, 3]
        return %0, %0
        """);
  }

  @Test
  void leavesIntegerDivisionAlone() {
    var trace = new Trace();
    var x = trace.input("x", Type.i32(3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.over(x.like(4)), x.plus(0), x.times(1)),
        """
        %0 = input() x : I32[3]
        %1 = constant() 4.0 : F32[]
        %2 = cast(%1) : I32[]
        %3 = reshape(%2) : I32[1]
        %4 = broadcast(%3) : I32[3]
        %5 = div(%0, %4) : I32[3]
        %6 = constant() 0.0 : F32[]
        %7 = cast(%6) : I32[]
        %8 = reshape(%7) : I32[1]
        %9 = broadcast(%8) : I32[3]
        %10 = add(%0, %9) : I32[3]
        %11 = constant() 1.0 : F32[]
        %12 = cast(%11) : I32[]
        %13 = reshape(%12) : I32[1]
        %14 = broadcast(%13) : I32[3]
        %15 = mul(%0, %14) : I32[3]
        return %5, %10, %15
        """,
        """
        %0 = input() x : I32[3]
        %1 = constant() 4.0 : F32[]
        %2 = cast(%1) : I32[]
        %3 = reshape(%2) : I32[1]
        %4 = broadcast(%3) : I32[3]
        %5 = div(%0, %4) : I32[3]
        %6 = constant() 0.0 : F32[]
        %7 = cast(%6) : I32[]
        %8 = reshape(%7) : I32[1]
        %9 = broadcast(%8) : I32[3]
        %10 = add(%0, %9) : I32[3]
        %11 = constant() 1.0 : F32[]
        %12 = cast(%11) : I32[]
        %13 = reshape(%12) : I32[1]
        %14 = broadcast(%13) : I32[3]
        %15 = mul(%0, %14) : I32[3]
        return %5, %10, %15
        """);
  }
}
