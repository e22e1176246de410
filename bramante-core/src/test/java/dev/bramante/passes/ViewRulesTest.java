package dev.bramante.passes;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.tensor.Shape;
import org.junit.jupiter.api.Test;

final class ViewRulesTest {
  @Test
  void reshapesOnce() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.reshape(3, 2).reshape(6), x.reshape(6).reshape(2, 3)),
        """
        %0 = input() x : F32[2, 3]
        %1 = reshape(%0) : F32[3, 2]
        %2 = reshape(%1) : F32[6]
        %3 = reshape(%0) : F32[6]
        %4 = reshape(%3) : F32[2, 3]
        return %2, %4
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = reshape(%0) : F32[6]
        return %1, %0
        """);
  }

  @Test
  void reshapesNumbersBeforeTheyAreRepeated() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(trace.constant(2).broadcast(Shape.of(2, 3)).reshape(6)),
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 2.0 : F32[]
        %2 = reshape(%1) : F32[1, 1]
        %3 = broadcast(%2) : F32[2, 3]
        %4 = reshape(%3) : F32[6]
        return %4
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 2.0 : F32[1]
        %2 = broadcast(%1) : F32[6]
        return %2
        """);
  }

  @Test
  void transposesOnce() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3, 4));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(
            x.transpose(1, 2, 0).transpose(1, 2, 0), x.transpose(1, 2, 0).transpose(2, 0, 1)),
        """
        %0 = input() x : F32[2, 3, 4]
        %1 = transpose(%0) [1, 2, 0] : F32[3, 4, 2]
        %2 = transpose(%1) [1, 2, 0] : F32[4, 2, 3]
        %3 = transpose(%0) [1, 2, 0] : F32[3, 4, 2]
        %4 = transpose(%3) [2, 0, 1] : F32[2, 3, 4]
        return %2, %4
        """,
        """
        %0 = input() x : F32[2, 3, 4]
        %1 = transpose(%0) [2, 0, 1] : F32[4, 2, 3]
        return %1, %0
        """);
  }

  @Test
  void reshapesWhereOnlyAxesOfOneElementMove() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 1, 4));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.transpose(1, 0, 2), x.transpose(2, 1, 0)),
        """
        %0 = input() x : F32[2, 1, 4]
        %1 = transpose(%0) [1, 0, 2] : F32[1, 2, 4]
        %2 = transpose(%0) [2, 1, 0] : F32[4, 1, 2]
        return %1, %2
        """,
        """
        %0 = input() x : F32[2, 1, 4]
        %1 = reshape(%0) : F32[1, 2, 4]
        %2 = transpose(%0) [2, 1, 0] : F32[4, 1, 2]
        return %1, %2
        """);
  }

  @Test
  void readsMatricesTransposed() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(4, 3));
    var z = trace.input("z", Type.f32(3, 4));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(
            x.matmul(y.transpose(1, 0)),
            x.transpose(1, 0).matmul(x),
            z.transpose(1, 0).matmul(x, false, true)),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[4, 3]
        %2 = input() z : F32[3, 4]
        %3 = transpose(%1) [1, 0] : F32[3, 4]
        %4 = matmul(%0, %3) : F32[2, 4]
        %5 = transpose(%0) [1, 0] : F32[3, 2]
        %6 = matmul(%5, %0) : F32[3, 3]
        %7 = transpose(%2) [1, 0] : F32[4, 3]
        %8 = matmul(%7, %0) transposeB : F32[4, 2]
        return %4, %6, %8
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[4, 3]
        %2 = input() z : F32[3, 4]
        %3 = matmul(%0, %1) transposeB : F32[2, 4]
        %4 = matmul(%0, %0) transposeA : F32[3, 3]
        %5 = matmul(%2, %0) transposeA transposeB : F32[4, 2]
        return %3, %4, %5
        """);
  }

  @Test
  void readsOnlyMatricesTransposedWhoseLastAxesChangePlaces() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3, 4));
    var y = trace.input("y", Type.f32(2, 3, 5));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(
            x.transpose(0, 2, 1).matmul(y),
            x.transpose(1, 0, 2).matmul(y.transpose(1, 2, 0), true, true)),
        """
        %0 = input() x : F32[2, 3, 4]
        %1 = input() y : F32[2, 3, 5]
        %2 = transpose(%0) [0, 2, 1] : F32[2, 4, 3]
        %3 = matmul(%2, %1) : F32[2, 4, 5]
        %4 = transpose(%0) [1, 0, 2] : F32[3, 2, 4]
        %5 = transpose(%1) [1, 2, 0] : F32[3, 5, 2]
        %6 = matmul(%4, %5) transposeA transposeB : F32[3, 4, 5]
        return %3, %6
        """,
        """
        %0 = input() x : F32[2, 3, 4]
        %1 = input() y : F32[2, 3, 5]
        %2 = matmul(%0, %1) transposeA : F32[2, 4, 5]
        %3 = transpose(%0) [1, 0, 2] : F32[3, 2, 4]
        %4 = transpose(%1) [1, 2, 0] : F32[3, 5, 2]
        %5 = matmul(%3, %4) transposeA transposeB : F32[3, 4, 5]
        return %2, %5
        """);
  }
}
