package dev.bramante.passes;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.AttentionOptions;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JoinAttentionTest {
  @Test
  void makesOneKernelForwardAndOneBackward() {
    var trace = new Trace();
    var q = trace.input("q", Type.f32(2, 3, 4));
    var k = trace.input("k", Type.f32(2, 5, 4));
    var v = trace.input("v", Type.f32(2, 5, 4));
    var y = Functions.attention(q, k, v, 2, AttentionOptions.ALL.scaled(0.5f));
    var gradients = Gradients.of(y.times(y).sum(), List.of(q, k, v));
    Rewrites.assertText(
        new JoinAttention(),
        Rewrites.tidy(trace.graph(y, gradients.get(0), gradients.get(1), gradients.get(2))),
        """
        %0 = input() q : F32[2, 3, 4]
        %1 = input() k : F32[2, 5, 4]
        %2 = input() v : F32[2, 5, 4]
        %3 = attention(%0, %1, %2) heads 2 scale 0.5 : F32[2, 3, 4]
        %4 = attention_sums(%0, %1, %2) heads 2 scale 0.5 : F32[2, 2, 3]
        %5 = add(%3, %3) : F32[2, 3, 4]
        %6 = attention_grad(%0, %1, %2, %3, %4, %5) to queries heads 2 scale 0.5 : F32[2, 3, 4]
        %7 = attention_grad(%0, %1, %2, %3, %4, %5) to keys heads 2 scale 0.5 : F32[2, 5, 4]
        %8 = attention_grad(%0, %1, %2, %3, %4, %5) to values heads 2 scale 0.5 : F32[2, 5, 4]
        return %3, %6, %7, %8
        """,
        """
        %0 = input() q : F32[2, 3, 4]
        %1 = input() k : F32[2, 5, 4]
        %2 = input() v : F32[2, 5, 4]
        %3 = fused(%0, %1, %2) : F32[2, 3, 4] {
          %0 = input() x0 : F32[2, 3, 4]
          %1 = input() x1 : F32[2, 5, 4]
          %2 = input() x2 : F32[2, 5, 4]
          %3 = attention(%0, %1, %2) heads 2 scale 0.5 : F32[2, 3, 4]
          %4 = attention_sums(%0, %1, %2) heads 2 scale 0.5 : F32[2, 2, 3]
          return %3, %4
        }
        %4 = part(%3) 1 : F32[2, 2, 3]
        %5 = add(%3, %3) : F32[2, 3, 4]
        %6 = fused(%0, %1, %2, %3, %4, %5) : F32[2, 3, 4] {
          %0 = input() x0 : F32[2, 3, 4]
          %1 = input() x1 : F32[2, 5, 4]
          %2 = input() x2 : F32[2, 5, 4]
          %3 = input() x3 : F32[2, 3, 4]
          %4 = input() x4 : F32[2, 2, 3]
          %5 = input() x5 : F32[2, 3, 4]
          %6 = attention_grad(%0, %1, %2, %3, %4, %5) to queries heads 2 scale 0.5 : F32[2, 3, 4]
          %7 = attention_grad(%0, %1, %2, %3, %4, %5) to keys heads 2 scale 0.5 : F32[2, 5, 4]
          %8 = attention_grad(%0, %1, %2, %3, %4, %5) to values heads 2 scale 0.5 : F32[2, 5, 4]
          return %6, %7, %8
        }
        %7 = part(%6) 1 : F32[2, 5, 4]
        %8 = part(%6) 2 : F32[2, 5, 4]
        return %3, %6, %7, %8
        """);
  }

  @Test
  void takesSlicesAndConcatenationsOfColumnsAlong() {
    var trace = new Trace();
    var q = trace.input("q", Type.f32(2, 3, 4));
    var kv = trace.input("kv", Type.f32(2, 5, 8));
    var y =
        Functions.attention(
            q, kv.slice(2, 0, 4), kv.slice(2, 4, 8), 2, AttentionOptions.ALL.scaled(0.5f));
    var gradients = Gradients.of(y.times(y).sum(), List.of(q, kv));
    Rewrites.assertText(
        new JoinAttention(),
        new JoinPads().apply(Rewrites.tidy(trace.graph(gradients.get(0), gradients.get(1)))),
        """
        %0 = input() q : F32[2, 3, 4]
        %1 = input() kv : F32[2, 5, 8]
        %2 = slice(%1) at [0, 0, 0] : F32[2, 5, 4]
        %3 = slice(%1) at [0, 0, 4] : F32[2, 5, 4]
        %4 = attention(%0, %2, %3) heads 2 scale 0.5 : F32[2, 3, 4]
        %5 = attention_sums(%0, %2, %3) heads 2 scale 0.5 : F32[2, 2, 3]
        %6 = add(%4, %4) : F32[2, 3, 4]
        %7 = attention_grad(%0, %2, %3, %4, %5, %6) to queries heads 2 scale 0.5 : F32[2, 3, 4]
        %8 = attention_grad(%0, %2, %3, %4, %5, %6) to keys heads 2 scale 0.5 : F32[2, 5, 4]
        %9 = attention_grad(%0, %2, %3, %4, %5, %6) to values heads 2 scale 0.5 : F32[2, 5, 4]
        %10 = concat(%8, %9) axis 2 : F32[2, 5, 8]
        return %7, %10
        """,
        """
        %0 = input() q : F32[2, 3, 4]
        %1 = input() kv : F32[2, 5, 8]
        %2 = fused(%0, %1) : F32[2, 3, 4] {
          %0 = input() x0 : F32[2, 3, 4]
          %1 = input() x1 : F32[2, 5, 8]
          %2 = slice(%1) at [0, 0, 0] : F32[2, 5, 4]
          %3 = slice(%1) at [0, 0, 4] : F32[2, 5, 4]
          %4 = attention(%0, %2, %3) heads 2 scale 0.5 : F32[2, 3, 4]
          %5 = attention_sums(%0, %2, %3) heads 2 scale 0.5 : F32[2, 2, 3]
          return %4, %5
        }
        %3 = part(%2) 1 : F32[2, 2, 3]
        %4 = add(%2, %2) : F32[2, 3, 4]
        %5 = fused(%0, %1, %2, %3, %4) : F32[2, 3, 4] {
          %0 = input() x0 : F32[2, 3, 4]
          %1 = input() x1 : F32[2, 5, 8]
          %2 = input() x2 : F32[2, 3, 4]
          %3 = input() x3 : F32[2, 2, 3]
          %4 = input() x4 : F32[2, 3, 4]
          %5 = slice(%1) at [0, 0, 0] : F32[2, 5, 4]
          %6 = slice(%1) at [0, 0, 4] : F32[2, 5, 4]
          %7 = attention_grad(%0, %5, %6, %2, %3, %4) to queries heads 2 scale 0.5 : F32[2, 3, 4]
          %8 = attention_grad(%0, %5, %6, %2, %3, %4) to keys heads 2 scale 0.5 : F32[2, 5, 4]
          %9 = attention_grad(%0, %5, %6, %2, %3, %4) to values heads 2 scale 0.5 : F32[2, 5, 4]
          %10 = concat(%8, %9) axis 2 : F32[2, 5, 8]
          return %7, %10
        }
        %6 = part(%5) 1 : F32[2, 5, 8]
        return %5, %6
        """);
  }

  @Test
  void leavesAloneWhatStandsAlone() {
    var trace = new Trace();
    var q = trace.input("q", Type.f32(2, 3, 4));
    var y = Functions.attention(q, q, q, 2, AttentionOptions.CAUSAL.scaled(0.5f));
    Rewrites.assertText(
        new JoinAttention(),
        trace.graph(y),
        """
        %0 = input() q : F32[2, 3, 4]
        %1 = attention(%0, %0, %0) heads 2 scale 0.5 causal : F32[2, 3, 4]
        return %1
        """,
        """
        %0 = input() q : F32[2, 3, 4]
        %1 = attention(%0, %0, %0) heads 2 scale 0.5 causal : F32[2, 3, 4]
        return %1
        """);
  }
}
