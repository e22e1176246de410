package dev.bramante.passes;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.graph.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LayoutTest {
  @Test
  void permutesAWeightThatNoRunChangesInsteadOfTheImages() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(3, 2, 2, 5));
    var w = trace.read(new Variable("w", Type.f32(4, 20)));
    var y = x.transpose(0, 3, 1, 2).reshape(3, 20).matmul(w, false, true);
    Rewrites.assertText(
        new Layout(),
        trace.graph(y),
        """
        %0 = input() x : F32[3, 2, 2, 5]
        %1 = transpose(%0) [0, 3, 1, 2] : F32[3, 5, 2, 2]
        %2 = reshape(%1) : F32[3, 20]
        %3 = read() w : F32[4, 20]
        %4 = matmul(%2, %3) transposeB : F32[3, 4]
        return %4
        """,
        """
        %0 = input() x : F32[3, 2, 2, 5]
        %1 = reshape(%0) : F32[3, 20]
        %2 = read() w : F32[4, 20]
        %3 = reshape(%2) : F32[4, 5, 2, 2]
        %4 = transpose(%3) [0, 2, 3, 1] : F32[4, 2, 2, 5]
        %5 = reshape(%4) : F32[4, 20]
        %6 = matmul(%1, %5) transposeB : F32[3, 4]
        return %6
        """);
  }

  @Test
  void permutesAWeightAndItsGradientWhereTheyAreSmallerThanTheImages() {
    Graph graph = trainingStep(30);
    Rewrites.assertText(
        new Layout(),
        graph,
        """
        %0 = input() x : F32[30, 2, 2, 5]
        %1 = transpose(%0) [0, 3, 1, 2] : F32[30, 5, 2, 2]
        %2 = reshape(%1) : F32[30, 20]
        %3 = read() w : F32[4, 20]
        %4 = matmul(%2, %3) transposeB : F32[30, 4]
        %5 = add(%4, %4) : F32[30, 4]
        %6 = matmul(%5, %3) : F32[30, 20]
        %7 = reshape(%6) : F32[30, 5, 2, 2]
        %8 = transpose(%7) [0, 2, 3, 1] : F32[30, 2, 2, 5]
        %9 = matmul(%5, %2) transposeA : F32[4, 20]
        %10 = sub(%3, %9) : F32[4, 20]
        return %4, %8
        w <- %10
        """,
        """
        %0 = input() x : F32[30, 2, 2, 5]
        %1 = reshape(%0) : F32[30, 20]
        %2 = read() w : F32[4, 20]
        %3 = reshape(%2) : F32[4, 5, 2, 2]
        %4 = transpose(%3) [0, 2, 3, 1] : F32[4, 2, 2, 5]
        %5 = reshape(%4) : F32[4, 20]
        %6 = matmul(%1, %5) transposeB : F32[30, 4]
        %7 = add(%6, %6) : F32[30, 4]
        %8 = matmul(%7, %5) : F32[30, 20]
        %9 = reshape(%8) : F32[30, 2, 2, 5]
        %10 = matmul(%7, %1) transposeA : F32[4, 20]
        %11 = reshape(%10) : F32[4, 2, 2, 5]
        %12 = transpose(%11) [0, 3, 1, 2] : F32[4, 5, 2, 2]
        %13 = reshape(%12) : F32[4, 20]
        %14 = sub(%2, %13) : F32[4, 20]
        return %6, %9
        w <- %14
        """);
  }

  @Test
  void keepsTheTransposesOfImagesThatAreSmallerThanTheWeight() {
    Graph graph = trainingStep(3);
    Rewrites.assertText(
        new Layout(),
        graph,
        """
        %0 = input() x : F32[3, 2, 2, 5]
        %1 = transpose(%0) [0, 3, 1, 2] : F32[3, 5, 2, 2]
        %2 = reshape(%1) : F32[3, 20]
        %3 = read() w : F32[4, 20]
        %4 = matmul(%2, %3) transposeB : F32[3, 4]
        %5 = add(%4, %4) : F32[3, 4]
        %6 = matmul(%5, %3) : F32[3, 20]
        %7 = reshape(%6) : F32[3, 5, 2, 2]
        %8 = transpose(%7) [0, 2, 3, 1] : F32[3, 2, 2, 5]
        %9 = matmul(%5, %2) transposeA : F32[4, 20]
        %10 = sub(%3, %9) : F32[4, 20]
        return %4, %8
        w <- %10
        """,
        """
        %0 = input() x : F32[3, 2, 2, 5]
        %1 = transpose(%0) [0, 3, 1, 2] : F32[3, 5, 2, 2]
        %2 = reshape(%1) : F32[3, 20]
        %3 = read() w : F32[4, 20]
        %4 = matmul(%2, %3) transposeB : F32[3, 4]
        %5 = add(%4, %4) : F32[3, 4]
        %6 = matmul(%5, %3) : F32[3, 20]
        %7 = reshape(%6) : F32[3, 5, 2, 2]
        %8 = transpose(%7) [0, 2, 3, 1] : F32[3, 2, 2, 5]
        %9 = matmul(%5, %2) transposeA : F32[4, 20]
        %10 = sub(%3, %9) : F32[4, 20]
        return %4, %8
        w <- %10
        """);
  }

  @Test
  void turnsWhatStandsBetweenTwoTransposes() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 4, 4, 3));
    var k = trace.input("k", Type.f32(1, 1, 3, 3));
    var bias = trace.input("bias", Type.f32(3, 1, 1));
    var window = Window.square(1, 1, 0);
    var h = x.conv2d(k, window, 1).transpose(0, 3, 1, 2).plus(bias).relu();
    h = h.plus(h.sum(2, 3).reshape(2, 3, 1, 1));
    h = h.transpose(0, 2, 3, 1).conv2d(k, window, 1);
    Rewrites.assertText(
        new Layout(),
        Rewrites.tidy(trace.graph(h)),
        """
        %0 = input() x : F32[2, 4, 4, 3]
        %1 = input() k : F32[1, 1, 3, 3]
        %2 = input() bias : F32[3, 1, 1]
        %3 = conv2d(%0, %1) 1x1 : F32[2, 4, 4, 3]
        %4 = transpose(%3) [0, 3, 1, 2] : F32[2, 3, 4, 4]
        %5 = reshape(%2) : F32[1, 3, 1, 1]
        %6 = broadcast(%5) : F32[2, 3, 4, 4]
        %7 = add(%4, %6) : F32[2, 3, 4, 4]
        %8 = relu(%7) : F32[2, 3, 4, 4]
        %9 = reduce_sum(%8) axes [2, 3] : F32[2, 3, 1, 1]
        %10 = broadcast(%9) : F32[2, 3, 4, 4]
        %11 = add(%8, %10) : F32[2, 3, 4, 4]
        %12 = transpose(%11) [0, 2, 3, 1] : F32[2, 4, 4, 3]
        %13 = conv2d(%12, %1) 1x1 : F32[2, 4, 4, 3]
        return %13
        """,
        """
        %0 = input() x : F32[2, 4, 4, 3]
        %1 = input() k : F32[1, 1, 3, 3]
        %2 = input() bias : F32[3, 1, 1]
        %3 = conv2d(%0, %1) 1x1 : F32[2, 4, 4, 3]
        %4 = reshape(%2) : F32[1, 1, 1, 3]
        %5 = broadcast(%4) : F32[2, 4, 4, 3]
        %6 = add(%3, %5) : F32[2, 4, 4, 3]
        %7 = relu(%6) : F32[2, 4, 4, 3]
        %8 = reduce_sum(%7) axes [1, 2] : F32[2, 1, 1, 3]
        %9 = broadcast(%8) : F32[2, 4, 4, 3]
        %10 = add(%7, %9) : F32[2, 4, 4, 3]
        %11 = conv2d(%10, %1) 1x1 : F32[2, 4, 4, 3]
        return %11
        """);
  }

  @Test
  void reducesBeforeItTransposes() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 4, 4, 3));
    var y = x.transpose(0, 3, 1, 2).sum(2).argMax(1);
    Rewrites.assertText(
        new Layout(),
        Rewrites.tidy(trace.graph(y)),
        """
        %0 = input() x : F32[2, 4, 4, 3]
        %1 = transpose(%0) [0, 3, 1, 2] : F32[2, 3, 4, 4]
        %2 = reduce_sum(%1) axes [2] : F32[2, 3, 1, 4]
        %3 = reshape(%2) : F32[2, 3, 4]
        %4 = argmax(%3) axis 1 : I32[2, 1, 4]
        %5 = reshape(%4) : I32[2, 4]
        return %5
        """,
        """
        %0 = input() x : F32[2, 4, 4, 3]
        %1 = reduce_sum(%0) axes [1] : F32[2, 1, 4, 3]
        %2 = transpose(%1) [0, 3, 1, 2] : F32[2, 3, 1, 4]
        %3 = reshape(%2) : F32[2, 3, 4]
        %4 = argmax(%3) axis 1 : I32[2, 1, 4]
        %5 = reshape(%4) : I32[2, 4]
        return %5
        """);
  }

  @Test
  void turnsSlicesPaddingsAndConcatenations() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 4, 3, 5));
    var y = x.transpose(0, 3, 1, 2);
    y = y.slice(1, 1, 4).concat(2, y.slice(1, 2, 5)).pad(2, 1, 0, 0);
    y = y.transpose(0, 2, 3, 1);
    Rewrites.assertText(
        new Layout(),
        Rewrites.tidy(trace.graph(y)),
        """
        %0 = input() x : F32[2, 4, 3, 5]
        %1 = transpose(%0) [0, 3, 1, 2] : F32[2, 5, 4, 3]
        %2 = slice(%1) at [0, 1, 0, 0] : F32[2, 3, 4, 3]
        %3 = slice(%1) at [0, 2, 0, 0] : F32[2, 3, 4, 3]
        %4 = concat(%2, %3) axis 2 : F32[2, 3, 8, 3]
        %5 = pad(%4) [0, 0, 1, 0] [0, 0, 0, 0] of 0.0 : F32[2, 3, 9, 3]
        %6 = transpose(%5) [0, 2, 3, 1] : F32[2, 9, 3, 3]
        return %6
        """,
        """
        %0 = input() x : F32[2, 4, 3, 5]
        %1 = slice(%0) at [0, 0, 0, 1] : F32[2, 4, 3, 3]
        %2 = slice(%0) at [0, 0, 0, 2] : F32[2, 4, 3, 3]
        %3 = concat(%1, %2) axis 1 : F32[2, 8, 3, 3]
        %4 = pad(%3) [0, 1, 0, 0] [0, 0, 0, 0] of 0.0 : F32[2, 9, 3, 3]
        return %4
        """);
  }

  @Test
  void staysWhereATurnMovesMore() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(4, 3));
    var y = trace.input("y", Type.f32(3, 4));
    var z = x.transpose(1, 0).plus(y).relu();
    Rewrites.assertText(
        new Layout(),
        Rewrites.tidy(trace.graph(z)),
        """
        %0 = input() x : F32[4, 3]
        %1 = input() y : F32[3, 4]
        %2 = transpose(%0) [1, 0] : F32[3, 4]
        %3 = add(%2, %1) : F32[3, 4]
        %4 = relu(%3) : F32[3, 4]
        return %4
        """,
        """
        %0 = input() x : F32[4, 3]
        %1 = input() y : F32[3, 4]
        %2 = transpose(%0) [1, 0] : F32[3, 4]
        %3 = add(%2, %1) : F32[3, 4]
        %4 = relu(%3) : F32[3, 4]
        return %4
        """);
  }

  @Test
  void reshapesBeforeItTransposes() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 4, 4, 3));
    var y = x.transpose(0, 3, 1, 2).reshape(2, 3, 16).transpose(0, 2, 1);
    Rewrites.assertText(
        new Layout(),
        trace.graph(y),
        """
        %0 = input() x : F32[2, 4, 4, 3]
        %1 = transpose(%0) [0, 3, 1, 2] : F32[2, 3, 4, 4]
        %2 = reshape(%1) : F32[2, 3, 16]
        %3 = transpose(%2) [0, 2, 1] : F32[2, 16, 3]
        return %3
        """,
        """
        %0 = input() x : F32[2, 4, 4, 3]
        %1 = reshape(%0) : F32[2, 16, 3]
        return %1
        """);
  }

  @Test
  void transposesBatchesOfMatricesTogether() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 5, 3, 4));
    var y = x.transpose(0, 2, 1, 3).exp().transpose(0, 2, 1, 3);
    Rewrites.assertText(
        new Layout(),
        trace.graph(y),
        """
        %0 = input() x : F32[2, 5, 3, 4]
        %1 = transpose(%0) [0, 2, 1, 3] : F32[2, 3, 5, 4]
        %2 = exp(%1) : F32[2, 3, 5, 4]
        %3 = transpose(%2) [0, 2, 1, 3] : F32[2, 5, 3, 4]
        return %3
        """,
        """
        %0 = input() x : F32[2, 5, 3, 4]
        %1 = exp(%0) : F32[2, 5, 3, 4]
        return %1
        """);
  }

  /** A linear layer on flattened images, and its gradients. */
  private static Graph trainingStep(int batch) {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(batch, 2, 2, 5));
    var weight = new Variable("w", Type.f32(4, 20));
    var w = trace.read(weight);
    var y = x.transpose(0, 3, 1, 2).reshape(batch, 20).matmul(w, false, true);
    var gradients = Gradients.of(y.times(y).sum(), List.of(w, x));
    trace.assign(weight, w.minus(gradients.get(0)));
    return Rewrites.tidy(trace.graph(y, gradients.get(1)));
  }
}
