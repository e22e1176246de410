package dev.bramante.passes.fusion;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Window;
import dev.bramante.passes.Rewrites;
import org.junit.jupiter.api.Test;

final class EpilogueFusionTest {
  @Test
  void addsBiasAndActivation() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var weight = trace.input("weight", Type.f32(4, 3));
    var bias = trace.input("bias", Type.f32(4));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.matmul(weight, false, true).plus(bias).relu()),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() weight : F32[4, 3]
        %2 = input() bias : F32[4]
        %3 = matmul(%0, %1) transposeB : F32[2, 4]
        %4 = reshape(%2) : F32[1, 4]
        %5 = broadcast(%4) : F32[2, 4]
        %6 = add(%3, %5) : F32[2, 4]
        %7 = relu(%6) : F32[2, 4]
        return %7
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() weight : F32[4, 3]
        %2 = input() bias : F32[4]
        %3 = reshape(%2) : F32[1, 4]
        %4 = fused(%0, %1, %3) : F32[2, 4] {
          %0 = input() x0 : F32[2, 3]
          %1 = input() x1 : F32[4, 3]
          %2 = input() x2 : F32[1, 4]
          %3 = matmul(%0, %1) transposeB : F32[2, 4]
          %4 = broadcast(%2) : F32[2, 4]
          %5 = add(%3, %4) : F32[2, 4]
          %6 = relu(%5) : F32[2, 4]
          return %6
        }
        return %4
        """);
  }

  @Test
  void masksTheGradientOfAnActivation() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(2, 3));
    var weight = trace.input("weight", Type.f32(4, 3));
    var gradient = trace.input("dz", Type.f32(2, 4));
    var passed = x.binary(BinaryKind.GT, 0).where(gradient.matmul(weight), x.like(0));
    Rewrites.assertText(
        new Fusion(),
        Rewrites.tidy(trace.graph(passed)),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = input() weight : F32[4, 3]
        %3 = input() dz : F32[2, 4]
        %4 = constant() 0.0 : F32[1, 1]
        %5 = broadcast(%4) : F32[2, 3]
        %6 = gt(%0, %5) : BOOL[2, 3]
        %7 = matmul(%3, %2) : F32[2, 3]
        %8 = where(%6, %7, %5) : F32[2, 3]
        return %8
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = input() weight : F32[4, 3]
        %3 = input() dz : F32[2, 4]
        %4 = fused(%0, %3, %2) : F32[2, 3] {
          %0 = input() x0 : F32[2, 3]
          %1 = input() x1 : F32[2, 4]
          %2 = input() x2 : F32[4, 3]
          %3 = constant() 0.0 : F32[1, 1]
          %4 = broadcast(%3) : F32[2, 3]
          %5 = gt(%0, %4) : BOOL[2, 3]
          %6 = matmul(%1, %2) : F32[2, 3]
          %7 = where(%5, %6, %4) : F32[2, 3]
          return %7
        }
        return %4
        """);
  }

  @Test
  void followsAConvolution() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 4, 4, 2));
    var weight = trace.input("weight", Type.f32(3, 3, 2, 5));
    var bias = trace.input("bias", Type.f32(5));
    var other = trace.input("other", Type.f32(1, 2, 2, 5));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.conv2d(weight, Window.square(3, 1, 0), 1).plus(bias).plus(other).relu()),
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = input() weight : F32[3, 3, 2, 5]
        %2 = input() bias : F32[5]
        %3 = input() other : F32[1, 2, 2, 5]
        %4 = conv2d(%0, %1) 3x3 : F32[1, 2, 2, 5]
        %5 = reshape(%2) : F32[1, 1, 1, 5]
        %6 = broadcast(%5) : F32[1, 2, 2, 5]
        %7 = add(%4, %6) : F32[1, 2, 2, 5]
        %8 = add(%7, %3) : F32[1, 2, 2, 5]
        %9 = relu(%8) : F32[1, 2, 2, 5]
        return %9
        """,
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = input() weight : F32[3, 3, 2, 5]
        %2 = input() bias : F32[5]
        %3 = input() other : F32[1, 2, 2, 5]
        %4 = reshape(%2) : F32[1, 1, 1, 5]
        %5 = fused(%0, %1, %4, %3) : F32[1, 2, 2, 5] {
          %0 = input() x0 : F32[1, 4, 4, 2]
          %1 = input() x1 : F32[3, 3, 2, 5]
          %2 = input() x2 : F32[1, 1, 1, 5]
          %3 = input() x3 : F32[1, 2, 2, 5]
          %4 = conv2d(%0, %1) 3x3 : F32[1, 2, 2, 5]
          %5 = broadcast(%2) : F32[1, 2, 2, 5]
          %6 = add(%4, %5) : F32[1, 2, 2, 5]
          %7 = add(%6, %3) : F32[1, 2, 2, 5]
          %8 = relu(%7) : F32[1, 2, 2, 5]
          return %8
        }
        return %5
        """);
  }

  @Test
  void seesThroughReshapes() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3, 4));
    var weight = trace.input("weight", Type.f32(4, 5));
    var bias = trace.input("bias", Type.f32(5));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.reshape(6, 4).matmul(weight).reshape(2, 3, 5).plus(bias)),
        """
        %0 = input() x : F32[2, 3, 4]
        %1 = input() weight : F32[4, 5]
        %2 = input() bias : F32[5]
        %3 = reshape(%0) : F32[6, 4]
        %4 = matmul(%3, %1) : F32[6, 5]
        %5 = reshape(%4) : F32[2, 3, 5]
        %6 = reshape(%2) : F32[1, 1, 5]
        %7 = broadcast(%6) : F32[2, 3, 5]
        %8 = add(%5, %7) : F32[2, 3, 5]
        return %8
        """,
        """
        %0 = input() x : F32[2, 3, 4]
        %1 = input() weight : F32[4, 5]
        %2 = input() bias : F32[5]
        %3 = reshape(%0) : F32[6, 4]
        %4 = reshape(%2) : F32[1, 5]
        %5 = fused(%3, %1, %4) : F32[6, 5] {
          %0 = input() x0 : F32[6, 4]
          %1 = input() x1 : F32[4, 5]
          %2 = input() x2 : F32[1, 5]
          %3 = matmul(%0, %1) : F32[6, 5]
          %4 = broadcast(%2) : F32[6, 5]
          %5 = add(%3, %4) : F32[6, 5]
          return %5
        }
        %6 = reshape(%5) : F32[2, 3, 5]
        return %6
        """);
  }

  @Test
  void givesOneResult() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(3, 4));
    var product = x.matmul(y);
    Rewrites.assertText(
        new Fusion(),
        trace.graph(product.exp(), product.relu()),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[3, 4]
        %2 = matmul(%0, %1) : F32[2, 4]
        %3 = exp(%2) : F32[2, 4]
        %4 = relu(%2) : F32[2, 4]
        return %3, %4
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[3, 4]
        %2 = matmul(%0, %1) : F32[2, 4]
        %3 = fused(%2) : F32[2, 4] {
          %0 = input() x0 : F32[2, 4]
          %1 = exp(%0) : F32[2, 4]
          %2 = relu(%0) : F32[2, 4]
          return %1, %2
        }
        %4 = part(%3) 1 : F32[2, 4]
        return %3, %4
        """);
  }

  @Test
  void leavesAProductThatIsReturned() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(3, 4));
    var product = x.matmul(y);
    Rewrites.assertText(
        new Fusion(),
        trace.graph(product, product.relu()),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[3, 4]
        %2 = matmul(%0, %1) : F32[2, 4]
        %3 = relu(%2) : F32[2, 4]
        return %2, %3
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[3, 4]
        %2 = matmul(%0, %1) : F32[2, 4]
        %3 = fused(%2) : F32[2, 4] {
          %0 = input() x0 : F32[2, 4]
          %1 = relu(%0) : F32[2, 4]
          return %1
        }
        return %2, %3
        """);
  }

  @Test
  void followsOneOfTwoProducts() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(3, 3));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.matmul(y).plus(x.matmul(y, false, true))),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[3, 3]
        %2 = matmul(%0, %1) : F32[2, 3]
        %3 = matmul(%0, %1) transposeB : F32[2, 3]
        %4 = add(%2, %3) : F32[2, 3]
        return %4
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[3, 3]
        %2 = matmul(%0, %1) transposeB : F32[2, 3]
        %3 = fused(%0, %1, %2) : F32[2, 3] {
          %0 = input() x0 : F32[2, 3]
          %1 = input() x1 : F32[3, 3]
          %2 = input() x2 : F32[2, 3]
          %3 = matmul(%0, %1) : F32[2, 3]
          %4 = add(%3, %2) : F32[2, 3]
          return %4
        }
        return %3
        """);
  }

  @Test
  void leavesReductionsToAKernelOfTheirOwn() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(3, 4));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.matmul(y).relu().sum(1)),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[3, 4]
        %2 = matmul(%0, %1) : F32[2, 4]
        %3 = relu(%2) : F32[2, 4]
        %4 = reduce_sum(%3) axes [1] : F32[2, 1]
        %5 = reshape(%4) : F32[2]
        return %5
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[3, 4]
        %2 = fused(%0, %1) : F32[2, 4] {
          %0 = input() x0 : F32[2, 3]
          %1 = input() x1 : F32[3, 4]
          %2 = matmul(%0, %1) : F32[2, 4]
          %3 = relu(%2) : F32[2, 4]
          return %3
        }
        %3 = fused(%2) : F32[2, 1] {
          %0 = input() x0 : F32[2, 4]
          %1 = reduce_sum(%0) axes [1] : F32[2, 1]
          return %1
        }
        %4 = reshape(%3) : F32[2]
        return %4
        """);
  }

  @Test
  void leavesConditionsToAKernelOfTheirOwn() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(3, 4));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.matmul(y).binary(BinaryKind.GT, 0)),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[3, 4]
        %2 = matmul(%0, %1) : F32[2, 4]
        %3 = constant() 0.0 : F32[]
        %4 = reshape(%3) : F32[1, 1]
        %5 = broadcast(%4) : F32[2, 4]
        %6 = gt(%2, %5) : BOOL[2, 4]
        return %6
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[3, 4]
        %2 = matmul(%0, %1) : F32[2, 4]
        %3 = fused(%2) : BOOL[2, 4] {
          %0 = input() x0 : F32[2, 4]
          %1 = constant() 0.0 : F32[1, 1]
          %2 = broadcast(%1) : F32[2, 4]
          %3 = gt(%0, %2) : BOOL[2, 4]
          return %3
        }
        return %3
        """);
  }
}
