package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.tensor.DType;
import org.junit.jupiter.api.Test;

final class ChoiceRulesTest {
  @Test
  void takesWhatIsDecided() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(2, 3));
    var yes = trace.constant(1).cast(DType.BOOL);
    var any = x.binary(BinaryKind.LT, y);
    Rewrites.assertText(
        new Simplify(),
        new FoldConstants()
            .apply(
                trace.graph(
                    yes.where(x, y), yes.unary(UnaryKind.NOT).where(x, y), any.where(y, y))),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = constant() 1 : BOOL[1, 1]
        %3 = broadcast(%2) : BOOL[2, 3]
        %4 = where(%3, %0, %1) : F32[2, 3]
        %5 = constant() 0 : BOOL[1, 1]
        %6 = broadcast(%5) : BOOL[2, 3]
        %7 = where(%6, %0, %1) : F32[2, 3]
        %8 = lt(%0, %1) : BOOL[2, 3]
        %9 = where(%8, %1, %1) : F32[2, 3]
        return %4, %7, %9
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        return %0, %1, %1
        """);
  }

  @Test
  void exchangesTheChoicesOfANegation() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.binary(BinaryKind.LT, y).unary(UnaryKind.NOT).where(x, y)),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = lt(%0, %1) : BOOL[2, 3]
        %3 = not(%2) : BOOL[2, 3]
        %4 = where(%3, %0, %1) : F32[2, 3]
        return %4
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = lt(%0, %1) : BOOL[2, 3]
        %3 = where(%2, %1, %0) : F32[2, 3]
        return %3
        """);
  }

  @Test
  void convertsOnceWhereNothingIsLost() {
    var trace = new Trace();
    var x = trace.input("x", Type.i32(3));
    var kept = x.binary(BinaryKind.EQ, 1).cast(DType.I32).cast(DType.F32);
    var lost = x.cast(DType.BOOL).cast(DType.F32);
    Rewrites.assertText(
        new Simplify(),
        trace.graph(kept, x.cast(DType.I64).cast(DType.I32), lost),
        """
        %0 = input() x : I32[3]
        %1 = constant() 1.0 : F32[]
        %2 = cast(%1) : I32[]
        %3 = reshape(%2) : I32[1]
        %4 = broadcast(%3) : I32[3]
        %5 = eq(%0, %4) : BOOL[3]
        %6 = cast(%5) : I32[3]
        %7 = cast(%6) : F32[3]
        %8 = cast(%0) : I64[3]
        %9 = cast(%8) : I32[3]
        %10 = cast(%0) : BOOL[3]
        %11 = cast(%10) : F32[3]
        return %7, %9, %11
        """,
        """
        %0 = input() x : I32[3]
        %1 = constant() 1.0 : F32[]
        %2 = cast(%1) : I32[]
        %3 = reshape(%2) : I32[1]
        %4 = broadcast(%3) : I32[3]
        %5 = eq(%0, %4) : BOOL[3]
        %6 = cast(%5) : F32[3]
        %7 = cast(%0) : BOOL[3]
        %8 = cast(%7) : F32[3]
        return %6, %0, %8
        """);
  }
}
