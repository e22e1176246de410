package dev.bramante.passes;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import org.junit.jupiter.api.Test;

final class SplitSumsTest {
  @Test
  void splitsWhereEachTermsSumIsKnown() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(8, 2));
    var g = trace.input("g", Type.f32(8, 2));
    var scale = trace.input("scale", Type.f32(2));
    var centred = x.minus(x.mean(0));
    var slope = g.times(centred).sum(0);
    var total = g.sum(0);
    var terms = g.times(scale).minus(centred.times(slope));
    Rewrites.assertText(
        new SplitSums(),
        Rewrites.tidy(trace.graph(total, terms.sum(0))),
        """
        %0 = input() x : F32[8, 2]
        %1 = input() g : F32[8, 2]
        %2 = input() scale : F32[2]
        %3 = reduce_sum(%1) axes [0] : F32[1, 2]
        %4 = reshape(%3) : F32[2]
        %5 = reshape(%2) : F32[1, 2]
        %6 = broadcast(%5) : F32[8, 2]
        %7 = mul(%1, %6) : F32[8, 2]
        %8 = reduce_sum(%0) axes [0] : F32[1, 2]
        %9 = reshape(%8) : F32[2]
        %10 = constant() 0.125 : F32[1]
        %11 = broadcast(%10) : F32[2]
        %12 = mul(%9, %11) : F32[2]
        %13 = reshape(%12) : F32[1, 2]
        %14 = broadcast(%13) : F32[8, 2]
        %15 = sub(%0, %14) : F32[8, 2]
        %16 = mul(%1, %15) : F32[8, 2]
        %17 = reduce_sum(%16) axes [0] : F32[1, 2]
        %18 = broadcast(%17) : F32[8, 2]
        %19 = mul(%15, %18) : F32[8, 2]
        %20 = sub(%7, %19) : F32[8, 2]
        %21 = reduce_sum(%20) axes [0] : F32[1, 2]
        %22 = reshape(%21) : F32[2]
        return %4, %22
        """,
        """
        %0 = input() x : F32[8, 2]
        %1 = input() g : F32[8, 2]
        %2 = input() scale : F32[2]
        %3 = reduce_sum(%1) axes [0] : F32[1, 2]
        %4 = reshape(%3) : F32[2]
        %5 = reshape(%2) : F32[1, 2]
        %6 = broadcast(%5) : F32[8, 2]
        %7 = mul(%1, %6) : F32[8, 2]
        %8 = reduce_sum(%7) axes [0] : F32[1, 2]
        %9 = reshape(%8) : F32[2]
        return %4, %9
        """);
  }

  @Test
  void leavesTermsThatNobodySums() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(8, 2));
    var g = trace.input("g", Type.f32(8, 2));
    var graph = Rewrites.tidy(trace.graph(g.sum(0), g.plus(x).sum(0)));
    Rewrites.assertText(new SplitSums(), graph, graph.toString(), graph.toString());
  }

  @Test
  void leavesTermsCentredOverOtherAxes() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(4, 8, 2));
    var g = trace.input("g", Type.f32(4, 8, 2));
    var centred = x.minus(Functions.meanKeeping(x, 1));
    var graph = Rewrites.tidy(trace.graph(g.sum(0), g.plus(centred).sum(0)));
    Rewrites.assertText(new SplitSums(), graph, graph.toString(), graph.toString());
  }
}
