package dev.bramante.passes;

import static org.junit.jupiter.api.Assertions.assertSame;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.graph.Window;
import org.junit.jupiter.api.Test;

final class FoldScalesTest {
  @Test
  void foldsABatchNormalisationIntoTheConvolution() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 4, 4, 2));
    var weight = trace.read(new Variable("weight", Type.f32(1, 1, 2, 3)));
    var mean = trace.read(new Variable("mean", Type.f32(3)));
    var variance = trace.read(new Variable("v", Type.f32(3)));
    var gamma = trace.read(new Variable("gamma", Type.f32(3)));
    var beta = trace.read(new Variable("beta", Type.f32(3)));
    var h = x.conv2d(weight, Window.square(1, 1, 0), 1);
    var y = Functions.batchNorm(h, mean, variance, gamma, beta, 1e-5f);
    Rewrites.assertText(
        new FoldScales(),
        Rewrites.tidy(trace.graph(y.plus(x.slice(3, 0, 1)).relu())),
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = read() weight : F32[1, 1, 2, 3]
        %2 = conv2d(%0, %1) 1x1 : F32[1, 4, 4, 3]
        %3 = read() mean : F32[3]
        %4 = reshape(%3) : F32[1, 1, 1, 3]
        %5 = broadcast(%4) : F32[1, 4, 4, 3]
        %6 = sub(%2, %5) : F32[1, 4, 4, 3]
        %7 = read() gamma : F32[3]
        %8 = read() v : F32[3]
        %9 = constant() 9.999999747378752E-6 : F32[1]
        %10 = broadcast(%9) : F32[3]
        %11 = add(%8, %10) : F32[3]
        %12 = sqrt(%11) : F32[3]
        %13 = div(%7, %12) : F32[3]
        %14 = reshape(%13) : F32[1, 1, 1, 3]
        %15 = broadcast(%14) : F32[1, 4, 4, 3]
        %16 = mul(%6, %15) : F32[1, 4, 4, 3]
        %17 = read() beta : F32[3]
        %18 = reshape(%17) : F32[1, 1, 1, 3]
        %19 = broadcast(%18) : F32[1, 4, 4, 3]
        %20 = add(%16, %19) : F32[1, 4, 4, 3]
        %21 = slice(%0) at [0, 0, 0, 0] : F32[1, 4, 4, 1]
        %22 = broadcast(%21) : F32[1, 4, 4, 3]
        %23 = add(%20, %22) : F32[1, 4, 4, 3]
        %24 = relu(%23) : F32[1, 4, 4, 3]
        return %24
        """,
        """
        %0 = input() x : F32[1, 4, 4, 2]
        %1 = read() weight : F32[1, 1, 2, 3]
        %2 = read() gamma : F32[3]
        %3 = read() v : F32[3]
        %4 = constant() 9.999999747378752E-6 : F32[1]
        %5 = broadcast(%4) : F32[3]
        %6 = add(%3, %5) : F32[3]
        %7 = sqrt(%6) : F32[3]
        %8 = div(%2, %7) : F32[3]
        %9 = reshape(%8) : F32[1, 1, 1, 3]
        %10 = broadcast(%9) : F32[1, 1, 2, 3]
        %11 = mul(%1, %10) : F32[1, 1, 2, 3]
        %12 = conv2d(%0, %11) 1x1 : F32[1, 4, 4, 3]
        %13 = constant() 0.0 : F32[1, 1, 1, 1]
        %14 = broadcast(%13) : F32[1, 1, 1, 3]
        %15 = read() mean : F32[3]
        %16 = reshape(%15) : F32[1, 1, 1, 3]
        %17 = sub(%14, %16) : F32[1, 1, 1, 3]
        %18 = mul(%17, %9) : F32[1, 1, 1, 3]
        %19 = read() beta : F32[3]
        %20 = reshape(%19) : F32[1, 1, 1, 3]
        %21 = add(%18, %20) : F32[1, 1, 1, 3]
        %22 = broadcast(%21) : F32[1, 4, 4, 3]
        %23 = add(%12, %22) : F32[1, 4, 4, 3]
        %24 = slice(%0) at [0, 0, 0, 0] : F32[1, 4, 4, 1]
        %25 = broadcast(%24) : F32[1, 4, 4, 3]
        %26 = add(%23, %25) : F32[1, 4, 4, 3]
        %27 = relu(%26) : F32[1, 4, 4, 3]
        return %27
        """);
  }

  @Test
  void foldsIntoATransposedProduct() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(4, 2));
    var weight = trace.read(new Variable("weight", Type.f32(3, 2)));
    var bias = trace.read(new Variable("bias", Type.f32(3)));
    var scale = trace.read(new Variable("scale", Type.f32(3)));
    Rewrites.assertText(
        new FoldScales(),
        Rewrites.tidy(trace.graph(x.matmul(weight, false, true).plus(bias).times(scale))),
        """
        %0 = input() x : F32[4, 2]
        %1 = read() weight : F32[3, 2]
        %2 = matmul(%0, %1) transposeB : F32[4, 3]
        %3 = read() bias : F32[3]
        %4 = reshape(%3) : F32[1, 3]
        %5 = broadcast(%4) : F32[4, 3]
        %6 = add(%2, %5) : F32[4, 3]
        %7 = read() scale : F32[3]
        %8 = reshape(%7) : F32[1, 3]
        %9 = broadcast(%8) : F32[4, 3]
        %10 = mul(%6, %9) : F32[4, 3]
        return %10
        """,
        """
        %0 = input() x : F32[4, 2]
        %1 = read() weight : F32[3, 2]
        %2 = read() scale : F32[3]
        %3 = reshape(%2) : F32[1, 3]
        %4 = reshape(%3) : F32[3, 1]
        %5 = broadcast(%4) : F32[3, 2]
        %6 = mul(%1, %5) : F32[3, 2]
        %7 = matmul(%0, %6) transposeB : F32[4, 3]
        %8 = read() bias : F32[3]
        %9 = reshape(%8) : F32[1, 3]
        %10 = mul(%9, %3) : F32[1, 3]
        %11 = broadcast(%10) : F32[4, 3]
        %12 = add(%7, %11) : F32[4, 3]
        return %12
        """);
  }

  @Test
  void leavesAConvolutionThatIsReadTwice() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 4, 4, 2));
    var weight = trace.read(new Variable("weight", Type.f32(1, 1, 2, 2)));
    var scale = trace.read(new Variable("scale", Type.f32(2)));
    var h = x.conv2d(weight, Window.square(1, 1, 0), 1);
    var graph = Rewrites.tidy(trace.graph(h.times(scale).plus(h)));
    assertSame(graph, new FoldScales().apply(graph));
  }

  @Test
  void leavesWeightsThatTheStepChanges() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 4, 4, 2));
    var variable = new Variable("weight", Type.f32(1, 1, 2, 2));
    var weight = trace.read(variable);
    var scale = trace.read(new Variable("scale", Type.f32(2)));
    trace.assign(variable, weight.times(0.5f));
    var graph =
        Rewrites.tidy(trace.graph(x.conv2d(weight, Window.square(1, 1, 0), 1).times(scale)));
    assertSame(graph, new FoldScales().apply(graph));
  }

  @Test
  void leavesFactorsThatDifferBetweenPixels() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1, 4, 4, 2));
    var weight = trace.read(new Variable("weight", Type.f32(1, 1, 2, 2)));
    var mask = trace.read(new Variable("mask", Type.f32(1, 4, 4, 1)));
    var graph = Rewrites.tidy(trace.graph(x.conv2d(weight, Window.square(1, 1, 0), 1).times(mask)));
    assertSame(graph, new FoldScales().apply(graph));
  }
}
