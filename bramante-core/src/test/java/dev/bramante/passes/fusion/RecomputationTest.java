package dev.bramante.passes.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Printer;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.passes.Rewrites;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecomputationTest {
  @Test
  void drawsAMaskTwice() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(20, 20));
    var weight = trace.input("weight", Type.f32(20, 20));
    var loss = Functions.dropout(x.matmul(weight), 0.5f).matmul(weight).sum();
    Rewrites.assertText(
        new Fusion(),
        Rewrites.tidy(trace.graph(Gradients.of(loss, List.of(weight)).getFirst())),
        """
        %0 = input() x : F32[20, 20]
        %1 = input() weight : F32[20, 20]
        %2 = input() seed : I32[]
        %3 = input() step : I32[]
        %4 = random(%2, %3) stream 0 : F32[20, 20]
        %5 = constant() 0.5 : F32[1, 1]
        %6 = broadcast(%5) : F32[20, 20]
        %7 = ge(%4, %6) : BOOL[20, 20]
        %8 = matmul(%0, %1) : F32[20, 20]
        %9 = constant() 2.0 : F32[1, 1]
        %10 = broadcast(%9) : F32[20, 20]
        %11 = mul(%8, %10) : F32[20, 20]
        %12 = constant() 0.0 : F32[1, 1]
        %13 = broadcast(%12) : F32[20, 20]
        %14 = where(%7, %11, %13) : F32[20, 20]
        %15 = constant() 1.0 : F32[1, 1]
        %16 = broadcast(%15) : F32[20, 20]
        %17 = matmul(%14, %16) transposeA : F32[20, 20]
        %18 = matmul(%16, %1) transposeB : F32[20, 20]
        %19 = where(%7, %18, %13) : F32[20, 20]
        %20 = mul(%19, %10) : F32[20, 20]
        %21 = matmul(%0, %20) transposeA : F32[20, 20]
        %22 = add(%17, %21) : F32[20, 20]
        return %22
        """,
        """
        %0 = input() x : F32[20, 20]
        %1 = input() weight : F32[20, 20]
        %2 = input() seed : I32[]
        %3 = input() step : I32[]
        %4 = fused(%2, %3, %0, %1) : F32[20, 20] {
          %0 = input() x0 : I32[]
          %1 = input() x1 : I32[]
          %2 = input() x2 : F32[20, 20]
          %3 = input() x3 : F32[20, 20]
          %4 = random(%0, %1) stream 0 : F32[20, 20]
          %5 = constant() 0.5 : F32[1, 1]
          %6 = broadcast(%5) : F32[20, 20]
          %7 = ge(%4, %6) : BOOL[20, 20]
          %8 = matmul(%2, %3) : F32[20, 20]
          %9 = constant() 2.0 : F32[1, 1]
          %10 = broadcast(%9) : F32[20, 20]
          %11 = mul(%8, %10) : F32[20, 20]
          %12 = constant() 0.0 : F32[1, 1]
          %13 = broadcast(%12) : F32[20, 20]
          %14 = where(%7, %11, %13) : F32[20, 20]
          return %14
        }
        %5 = fused() : F32[20, 20] {
          %0 = constant() 1.0 : F32[1, 1]
          %1 = broadcast(%0) : F32[20, 20]
          return %1
        }
        %6 = fused(%2, %3, %5, %1) : F32[20, 20] {
          %0 = input() x0 : I32[]
          %1 = input() x1 : I32[]
          %2 = input() x2 : F32[20, 20]
          %3 = input() x3 : F32[20, 20]
          %4 = random(%0, %1) stream 0 : F32[20, 20]
          %5 = constant() 0.5 : F32[1, 1]
          %6 = broadcast(%5) : F32[20, 20]
          %7 = ge(%4, %6) : BOOL[20, 20]
          %8 = matmul(%2, %3) transposeB : F32[20, 20]
          %9 = constant() 0.0 : F32[1, 1]
          %10 = broadcast(%9) : F32[20, 20]
          %11 = where(%7, %8, %10) : F32[20, 20]
          %12 = constant() 2.0 : F32[1, 1]
          %13 = broadcast(%12) : F32[20, 20]
          %14 = mul(%11, %13) : F32[20, 20]
          return %14
        }
        %7 = matmul(%0, %6) transposeA : F32[20, 20]
        %8 = fused(%4, %5, %7) : F32[20, 20] {
          %0 = input() x0 : F32[20, 20]
          %1 = input() x1 : F32[20, 20]
          %2 = input() x2 : F32[20, 20]
          %3 = matmul(%0, %1) transposeA : F32[20, 20]
          %4 = add(%3, %2) : F32[20, 20]
          return %4
        }
        return %8
        """);
  }

  @Test
  void keepsWhatIsDear() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(20, 20));
    var wave = x.unary(UnaryKind.SIN);
    Rewrites.assertText(
        new Fusion(),
        trace.graph(wave.times(wave.plus(x).matmul(x).transpose(1, 0))),
        """
        %0 = input() x : F32[20, 20]
        %1 = sin(%0) : F32[20, 20]
        %2 = add(%1, %0) : F32[20, 20]
        %3 = matmul(%2, %0) : F32[20, 20]
        %4 = transpose(%3) [1, 0] : F32[20, 20]
        %5 = mul(%1, %4) : F32[20, 20]
        return %5
        """,
        """
        %0 = input() x : F32[20, 20]
        %1 = fused(%0) : F32[20, 20] {
          %0 = input() x0 : F32[20, 20]
          %1 = sin(%0) : F32[20, 20]
          %2 = add(%1, %0) : F32[20, 20]
          return %1, %2
        }
        %2 = part(%1) 1 : F32[20, 20]
        %3 = matmul(%2, %0) : F32[20, 20]
        %4 = transpose(%3) [1, 0] : F32[20, 20]
        %5 = fused(%1, %4) : F32[20, 20] {
          %0 = input() x0 : F32[20, 20]
          %1 = input() x1 : F32[20, 20]
          %2 = mul(%0, %1) : F32[20, 20]
          return %2
        }
        return %5
        """);
  }

  @Test
  void readsWhatItIsComputedFrom() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(20, 20));
    var half = x.times(0.5f);
    var wave = half.unary(UnaryKind.SIN);
    Rewrites.assertText(
        new Fusion(),
        Rewrites.tidy(trace.graph(half.times(wave.matmul(x)))),
        """
        %0 = input() x : F32[20, 20]
        %1 = constant() 0.5 : F32[1, 1]
        %2 = broadcast(%1) : F32[20, 20]
        %3 = mul(%0, %2) : F32[20, 20]
        %4 = sin(%3) : F32[20, 20]
        %5 = matmul(%4, %0) : F32[20, 20]
        %6 = mul(%3, %5) : F32[20, 20]
        return %6
        """,
        """
        %0 = input() x : F32[20, 20]
        %1 = fused(%0) : F32[20, 20] {
          %0 = input() x0 : F32[20, 20]
          %1 = constant() 0.5 : F32[1, 1]
          %2 = broadcast(%1) : F32[20, 20]
          %3 = mul(%0, %2) : F32[20, 20]
          %4 = sin(%3) : F32[20, 20]
          return %4
        }
        %2 = fused(%0, %1, %0) : F32[20, 20] {
          %0 = input() x0 : F32[20, 20]
          %1 = input() x1 : F32[20, 20]
          %2 = input() x2 : F32[20, 20]
          %3 = constant() 0.5 : F32[1, 1]
          %4 = broadcast(%3) : F32[20, 20]
          %5 = mul(%0, %4) : F32[20, 20]
          %6 = matmul(%1, %2) : F32[20, 20]
          %7 = mul(%5, %6) : F32[20, 20]
          return %7
        }
        return %2
        """);
  }

  /** The mask of a ReLU follows from what the gradients of its scale and shift read anyway. */
  @Test
  void masksAGradientWhereItIsReadRatherThanWhereItIsMade() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(64, 16));
    var dy = trace.input("dy", Type.f32(64, 16));
    var weight = trace.input("weight", Type.f32(16, 16));
    var scale = trace.input("scale", Type.f32(16));
    var shift = trace.input("shift", Type.f32(16));
    var y = x.times(scale).plus(shift).relu();
    var loss = y.matmul(weight).times(dy).sum();
    var graph =
        Rewrites.tidy(
            trace.graph(
                Gradients.of(loss, List.of(x, scale, shift, weight)).toArray(Value[]::new)));
    Graph fused = Rewrites.checked(new Fusion()::apply, graph);
    assertEquals(
        List.of("matmul", "matmul"),
        fused.nodes().stream()
            .map(node -> Printer.name(node.op()))
            .filter("matmul"::equals)
            .toList(),
        fused::toString);
  }
}
