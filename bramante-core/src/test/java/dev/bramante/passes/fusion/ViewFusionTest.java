package dev.bramante.passes.fusion;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.passes.Rewrites;
import org.junit.jupiter.api.Test;

/** Loops meet reshapes, broadcasts and axes that other loops divide otherwise. */
final class ViewFusionTest {
  @Test
  void seesThroughReshapes() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3, 4));
    var bias = trace.input("bias", Type.f32(4));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.relu().reshape(6, 4).plus(bias).reshape(24).exp()),
        """
        %0 = input() x : F32[2, 3, 4]
        %1 = input() bias : F32[4]
        %2 = relu(%0) : F32[2, 3, 4]
        %3 = reshape(%2) : F32[6, 4]
        %4 = reshape(%1) : F32[1, 4]
        %5 = broadcast(%4) : F32[6, 4]
        %6 = add(%3, %5) : F32[6, 4]
        %7 = reshape(%6) : F32[24]
        %8 = exp(%7) : F32[24]
        return %8
        """,
        """
        %0 = input() x : F32[2, 3, 4]
        %1 = input() bias : F32[4]
        %2 = reshape(%1) : F32[1, 1, 4]
        %3 = fused(%0, %2) : F32[2, 3, 4] {
          %0 = input() x0 : F32[2, 3, 4]
          %1 = input() x1 : F32[1, 1, 4]
          %2 = relu(%0) : F32[2, 3, 4]
          %3 = broadcast(%1) : F32[2, 3, 4]
          %4 = add(%2, %3) : F32[2, 3, 4]
          %5 = exp(%4) : F32[2, 3, 4]
          return %5
        }
        %4 = reshape(%3) : F32[24]
        return %4
        """);
  }

  @Test
  void dividesTheAxesAsViewsDemand() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(6, 4));
    var bias = trace.input("bias", Type.f32(3, 1));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.exp().reshape(2, 3, 4).plus(bias)),
        """
        %0 = input() x : F32[6, 4]
        %1 = input() bias : F32[3, 1]
        %2 = exp(%0) : F32[6, 4]
        %3 = reshape(%2) : F32[2, 3, 4]
        %4 = reshape(%1) : F32[1, 3, 1]
        %5 = broadcast(%4) : F32[2, 3, 4]
        %6 = add(%3, %5) : F32[2, 3, 4]
        return %6
        """,
        """
        %0 = input() x : F32[6, 4]
        %1 = input() bias : F32[3, 1]
        %2 = reshape(%0) : F32[2, 3, 4]
        %3 = reshape(%1) : F32[1, 3, 1]
        %4 = fused(%2, %3) : F32[2, 3, 4] {
          %0 = input() x0 : F32[2, 3, 4]
          %1 = input() x1 : F32[1, 3, 1]
          %2 = exp(%0) : F32[2, 3, 4]
          %3 = broadcast(%1) : F32[2, 3, 4]
          %4 = add(%2, %3) : F32[2, 3, 4]
          return %4
        }
        return %4
        """);
  }

  @Test
  void partsWhereViewsCutAcross() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var a = trace.input("a", Type.f32(3));
    var b = trace.input("b", Type.f32(2));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.plus(a).reshape(3, 2).plus(b)),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() a : F32[3]
        %2 = input() b : F32[2]
        %3 = reshape(%1) : F32[1, 3]
        %4 = broadcast(%3) : F32[2, 3]
        %5 = add(%0, %4) : F32[2, 3]
        %6 = reshape(%5) : F32[3, 2]
        %7 = reshape(%2) : F32[1, 2]
        %8 = broadcast(%7) : F32[3, 2]
        %9 = add(%6, %8) : F32[3, 2]
        return %9
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() a : F32[3]
        %2 = input() b : F32[2]
        %3 = reshape(%1) : F32[1, 3]
        %4 = fused(%0, %3) : F32[2, 3] {
          %0 = input() x0 : F32[2, 3]
          %1 = input() x1 : F32[1, 3]
          %2 = broadcast(%1) : F32[2, 3]
          %3 = add(%0, %2) : F32[2, 3]
          return %3
        }
        %5 = reshape(%4) : F32[3, 2]
        %6 = reshape(%2) : F32[1, 2]
        %7 = fused(%5, %6) : F32[3, 2] {
          %0 = input() x0 : F32[3, 2]
          %1 = input() x1 : F32[1, 2]
          %2 = broadcast(%1) : F32[3, 2]
          %3 = add(%0, %2) : F32[3, 2]
          return %3
        }
        return %7
        """);
  }

  @Test
  void computesBeforeItRepeats() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(5, 3));
    var y = trace.input("y", Type.f32(5, 1));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.times(y.exp())),
        """
        %0 = input() x : F32[5, 3]
        %1 = input() y : F32[5, 1]
        %2 = exp(%1) : F32[5, 1]
        %3 = broadcast(%2) : F32[5, 3]
        %4 = mul(%0, %3) : F32[5, 3]
        return %4
        """,
        """
        %0 = input() x : F32[5, 3]
        %1 = input() y : F32[5, 1]
        %2 = fused(%1) : F32[5, 1] {
          %0 = input() x0 : F32[5, 1]
          %1 = exp(%0) : F32[5, 1]
          return %1
        }
        %3 = fused(%0, %2) : F32[5, 3] {
          %0 = input() x0 : F32[5, 3]
          %1 = input() x1 : F32[5, 1]
          %2 = broadcast(%1) : F32[5, 3]
          %3 = mul(%0, %2) : F32[5, 3]
          return %3
        }
        return %3
        """);
  }

  @Test
  void tellsRowsFromColumnsOfASquare() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(3, 3));
    var most = x.max(1);
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.minus(most)),
        """
        %0 = input() x : F32[3, 3]
        %1 = reduce_max(%0) axes [1] : F32[3, 1]
        %2 = reshape(%1) : F32[3]
        %3 = reshape(%2) : F32[1, 3]
        %4 = broadcast(%3) : F32[3, 3]
        %5 = sub(%0, %4) : F32[3, 3]
        return %5
        """,
        """
        %0 = input() x : F32[3, 3]
        %1 = fused(%0) : F32[3, 1] {
          %0 = input() x0 : F32[3, 3]
          %1 = reduce_max(%0) axes [1] : F32[3, 1]
          return %1
        }
        %2 = reshape(%1) : F32[1, 3]
        %3 = fused(%0, %2) : F32[3, 3] {
          %0 = input() x0 : F32[3, 3]
          %1 = input() x1 : F32[1, 3]
          %2 = broadcast(%1) : F32[3, 3]
          %3 = sub(%0, %2) : F32[3, 3]
          return %3
        }
        return %3
        """);
  }
}
