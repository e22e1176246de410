package dev.bramante.passes.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.passes.Rewrites;
import dev.bramante.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Elementwise operations and reductions become loops. */
final class LoopFusionTest {
  @Test
  void makesOneKernelOfAChain() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Fusion(),
        Rewrites.tidy(trace.graph(Functions.gelu(x))),
        """
        %0 = input() x : F32[2, 3]
        %1 = constant() 0.5 : F32[1, 1]
        %2 = broadcast(%1) : F32[2, 3]
        %3 = mul(%0, %2) : F32[2, 3]
        %4 = constant() 0.7071067690849304 : F32[1, 1]
        %5 = broadcast(%4) : F32[2, 3]
        %6 = mul(%0, %5) : F32[2, 3]
        %7 = erf(%6) : F32[2, 3]
        %8 = constant() 1.0 : F32[1, 1]
        %9 = broadcast(%8) : F32[2, 3]
        %10 = add(%7, %9) : F32[2, 3]
        %11 = mul(%3, %10) : F32[2, 3]
        return %11
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = fused(%0) : F32[2, 3] {
          %0 = input() x0 : F32[2, 3]
          %1 = constant() 0.5 : F32[1, 1]
          %2 = broadcast(%1) : F32[2, 3]
          %3 = mul(%0, %2) : F32[2, 3]
          %4 = constant() 0.7071067690849304 : F32[1, 1]
          %5 = broadcast(%4) : F32[2, 3]
          %6 = mul(%0, %5) : F32[2, 3]
          %7 = erf(%6) : F32[2, 3]
          %8 = constant() 1.0 : F32[1, 1]
          %9 = broadcast(%8) : F32[2, 3]
          %10 = add(%7, %9) : F32[2, 3]
          %11 = mul(%3, %10) : F32[2, 3]
          return %11
        }
        return %1
        """);
  }

  @Test
  void finishesRowsInOneKernel() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(5, 3));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(Functions.softmax(x, 1)),
        """
        %0 = input() x : F32[5, 3]
        %1 = reduce_max(%0) axes [1] : F32[5, 1]
        %2 = reshape(%1) : F32[5, 1]
        %3 = broadcast(%2) : F32[5, 3]
        %4 = sub(%0, %3) : F32[5, 3]
        %5 = exp(%4) : F32[5, 3]
        %6 = reduce_sum(%5) axes [1] : F32[5, 1]
        %7 = broadcast(%6) : F32[5, 3]
        %8 = div(%5, %7) : F32[5, 3]
        return %8
        """,
        """
        %0 = input() x : F32[5, 3]
        %1 = fused(%0) : F32[5, 3] {
          %0 = input() x0 : F32[5, 3]
          %1 = reduce_max(%0) axes [1] : F32[5, 1]
          %2 = broadcast(%1) : F32[5, 3]
          %3 = sub(%0, %2) : F32[5, 3]
          %4 = exp(%3) : F32[5, 3]
          %5 = reduce_sum(%4) axes [1] : F32[5, 1]
          %6 = broadcast(%5) : F32[5, 3]
          %7 = div(%4, %6) : F32[5, 3]
          return %7
        }
        return %1
        """);
  }

  @Test
  void keepsRepeatedOperandsSmall() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(5, 3));
    var gain = trace.input("gain", Type.f32(3));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.times(gain).plus(x)),
        """
        %0 = input() x : F32[5, 3]
        %1 = input() gain : F32[3]
        %2 = reshape(%1) : F32[1, 3]
        %3 = broadcast(%2) : F32[5, 3]
        %4 = mul(%0, %3) : F32[5, 3]
        %5 = add(%4, %0) : F32[5, 3]
        return %5
        """,
        """
        %0 = input() x : F32[5, 3]
        %1 = input() gain : F32[3]
        %2 = reshape(%1) : F32[1, 3]
        %3 = fused(%0, %2) : F32[5, 3] {
          %0 = input() x0 : F32[5, 3]
          %1 = input() x1 : F32[1, 3]
          %2 = broadcast(%1) : F32[5, 3]
          %3 = mul(%0, %2) : F32[5, 3]
          %4 = add(%3, %0) : F32[5, 3]
          return %4
        }
        return %3
        """);
  }

  @Test
  void givesSeveralResults() {
    var trace = new Trace();
    var weight = new Variable("weight", Type.f32(4));
    var velocity = new Variable("velocity", Type.f32(4));
    var rate = trace.input("rate", Type.f32());
    var gradient = trace.input("gradient", Type.f32(4));
    var next = trace.read(velocity).times(0.5f).plus(gradient);
    trace.assign(velocity, next);
    trace.assign(weight, trace.read(weight).minus(next.times(rate)));
    Rewrites.assertText(
        new Fusion(),
        Rewrites.tidy(trace.graph()),
        """
        %0 = input() rate : F32[]
        %1 = input() gradient : F32[4]
        %2 = read() velocity : F32[4]
        %3 = constant() 0.5 : F32[1]
        %4 = broadcast(%3) : F32[4]
        %5 = mul(%2, %4) : F32[4]
        %6 = add(%5, %1) : F32[4]
        %7 = read() weight : F32[4]
        %8 = reshape(%0) : F32[1]
        %9 = broadcast(%8) : F32[4]
        %10 = mul(%6, %9) : F32[4]
        %11 = sub(%7, %10) : F32[4]
        velocity <- %6
        weight <- %11
        """,
        """
        %0 = input() rate : F32[]
        %1 = input() gradient : F32[4]
        %2 = read() velocity : F32[4]
        %3 = reshape(%0) : F32[1]
        %4 = read() weight : F32[4]
        %5 = fused(%2, %1, %3, %4) : F32[4] {
          %0 = input() x0 : F32[4]
          %1 = input() x1 : F32[4]
          %2 = input() x2 : F32[1]
          %3 = input() x3 : F32[4]
          %4 = constant() 0.5 : F32[1]
          %5 = broadcast(%4) : F32[4]
          %6 = mul(%0, %5) : F32[4]
          %7 = add(%6, %1) : F32[4]
          %8 = broadcast(%2) : F32[4]
          %9 = mul(%7, %8) : F32[4]
          %10 = sub(%3, %9) : F32[4]
          return %7, %10
        }
        %6 = part(%5) 1 : F32[4]
        velocity <- %5
        weight <- %6
        """);
  }

  @Test
  void sumsColumnsOfWhatItComputes() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(2, 3));
    var product = x.times(y);
    Rewrites.assertText(
        new Fusion(),
        trace.graph(product, product.sum(0)),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = mul(%0, %1) : F32[2, 3]
        %3 = reduce_sum(%2) axes [0] : F32[1, 3]
        %4 = reshape(%3) : F32[3]
        return %2, %4
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 3]
        %2 = fused(%0, %1) : F32[2, 3] {
          %0 = input() x0 : F32[2, 3]
          %1 = input() x1 : F32[2, 3]
          %2 = mul(%0, %1) : F32[2, 3]
          %3 = reduce_sum(%2) axes [0] : F32[1, 3]
          return %2, %3
        }
        %3 = part(%2) 1 : F32[1, 3]
        %4 = reshape(%3) : F32[3]
        return %2, %4
        """);
  }

  @Test
  void continuesAfterASumInTheReducedShape() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(100, 100));
    Rewrites.assertText(
        new Fusion(),
        Rewrites.tidy(trace.graph(x.times(x).mean().unary(UnaryKind.SQRT))),
        """
        %0 = input() x : F32[100, 100]
        %1 = mul(%0, %0) : F32[100, 100]
        %2 = reduce_sum(%1) axes [0, 1] : F32[1, 1]
        %3 = reshape(%2) : F32[]
        %4 = constant() 9.999999747378752E-5 : F32[]
        %5 = mul(%3, %4) : F32[]
        %6 = sqrt(%5) : F32[]
        return %6
        """,
        """
        %0 = input() x : F32[100, 100]
        %1 = fused(%0) : F32[1, 1] {
          %0 = input() x0 : F32[100, 100]
          %1 = mul(%0, %0) : F32[100, 100]
          %2 = reduce_sum(%1) axes [0, 1] : F32[1, 1]
          %3 = constant() 9.999999747378752E-5 : F32[1, 1]
          %4 = mul(%2, %3) : F32[1, 1]
          %5 = sqrt(%4) : F32[1, 1]
          return %5
        }
        %2 = reshape(%1) : F32[]
        return %2
        """);
  }

  @Test
  void beginsANewKernelWhereALargeSumIsUsed() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(100, 100));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.over(x.times(x).sum().unary(UnaryKind.SQRT))),
        """
        %0 = input() x : F32[100, 100]
        %1 = mul(%0, %0) : F32[100, 100]
        %2 = reduce_sum(%1) axes [0, 1] : F32[1, 1]
        %3 = reshape(%2) : F32[]
        %4 = sqrt(%3) : F32[]
        %5 = reshape(%4) : F32[1, 1]
        %6 = broadcast(%5) : F32[100, 100]
        %7 = div(%0, %6) : F32[100, 100]
        return %7
        """,
        """
        %0 = input() x : F32[100, 100]
        %1 = fused(%0) : F32[1, 1] {
          %0 = input() x0 : F32[100, 100]
          %1 = mul(%0, %0) : F32[100, 100]
          %2 = reduce_sum(%1) axes [0, 1] : F32[1, 1]
          %3 = sqrt(%2) : F32[1, 1]
          return %3
        }
        %2 = fused(%0, %1) : F32[100, 100] {
          %0 = input() x0 : F32[100, 100]
          %1 = input() x1 : F32[1, 1]
          %2 = broadcast(%1) : F32[100, 100]
          %3 = div(%0, %2) : F32[100, 100]
          return %3
        }
        return %2
        """);
  }

  @Test
  void finishesASmallSumInPassing() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(10, 10));
    Rewrites.assertText(
        new Fusion(),
        trace.graph(x.over(x.sum())),
        """
        %0 = input() x : F32[10, 10]
        %1 = reduce_sum(%0) axes [0, 1] : F32[1, 1]
        %2 = reshape(%1) : F32[]
        %3 = reshape(%2) : F32[1, 1]
        %4 = broadcast(%3) : F32[10, 10]
        %5 = div(%0, %4) : F32[10, 10]
        return %5
        """,
        """
        %0 = input() x : F32[10, 10]
        %1 = fused(%0) : F32[10, 10] {
          %0 = input() x0 : F32[10, 10]
          %1 = reduce_sum(%0) axes [0, 1] : F32[1, 1]
          %2 = broadcast(%1) : F32[10, 10]
          %3 = div(%0, %2) : F32[10, 10]
          return %3
        }
        return %1
        """);
  }

  @Test
  void closesNoCycle() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 2));
    var y = x.exp();
    Rewrites.assertText(
        new Fusion(),
        trace.graph(y.minus(y.matmul(y).transpose(1, 0))),
        """
        %0 = input() x : F32[2, 2]
        %1 = exp(%0) : F32[2, 2]
        %2 = matmul(%1, %1) : F32[2, 2]
        %3 = transpose(%2) [1, 0] : F32[2, 2]
        %4 = sub(%1, %3) : F32[2, 2]
        return %4
        """,
        """
        %0 = input() x : F32[2, 2]
        %1 = fused(%0) : F32[2, 2] {
          %0 = input() x0 : F32[2, 2]
          %1 = exp(%0) : F32[2, 2]
          return %1
        }
        %2 = matmul(%1, %1) : F32[2, 2]
        %3 = transpose(%2) [1, 0] : F32[2, 2]
        %4 = fused(%1, %3) : F32[2, 2] {
          %0 = input() x0 : F32[2, 2]
          %1 = input() x1 : F32[2, 2]
          %2 = sub(%0, %1) : F32[2, 2]
          return %2
        }
        return %4
        """);
  }

  @Test
  void fillsMemoryWhereAnotherKernelReadsIt() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(3, 1));
    var y = trace.input("y", Type.f32(4, 2));
    Rewrites.assertText(
        new Fusion(),
        Rewrites.tidy(trace.graph(x.broadcast(Shape.of(3, 4)).matmul(y), trace.iota(0, 5))),
        """
        %0 = input() x : F32[3, 1]
        %1 = input() y : F32[4, 2]
        %2 = broadcast(%0) : F32[3, 4]
        %3 = matmul(%2, %1) : F32[3, 2]
        %4 = iota() axis 0 : I32[5]
        return %3, %4
        """,
        """
        %0 = input() x : F32[3, 1]
        %1 = input() y : F32[4, 2]
        %2 = fused(%0) : F32[3, 4] {
          %0 = input() x0 : F32[3, 1]
          %1 = broadcast(%0) : F32[3, 4]
          return %1
        }
        %3 = matmul(%2, %1) : F32[3, 2]
        %4 = fused() : I32[5] {
          %0 = iota() axis 0 : I32[5]
          return %0
        }
        return %3, %4
        """);
  }

  @Test
  void leavesMethodsShortEnoughToBeCompiled() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(8, 8));
    for (int i = 0; i < 12; i++) {
      x = x.unary(UnaryKind.ERF).plus(x);
    }
    Graph fused = Rewrites.checked(new Fusion()::apply, trace.graph(x));
    List<Long> errorFunctions =
        fused.nodes().stream()
            .filter(node -> node.op() instanceof Op.Fused)
            .map(node -> ((Op.Fused) node.op()).body().nodes().stream())
            .map(nodes ->
                nodes
                    .filter(n -> n.op() instanceof Op.Unary(var kind) && kind == UnaryKind.ERF)
                    .count())
            .toList();
    assertEquals(12, errorFunctions.stream().mapToLong(n -> n).sum());
    assertTrue(errorFunctions.stream().allMatch(n -> n <= 7), errorFunctions::toString);
  }
}
