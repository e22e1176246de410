package dev.bramante.cpu.loops;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopKernelTest {
  private final Trace trace = new Trace();

  private Value f32(String name, int... dims) {
    return trace.input(name, Type.f32(dims));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 13, 17, 207, 4098, 100_003})
  void arithmetic(int n) {
    Value x = f32("x", n);
    Value y = f32("y", n);
    Graph body = trace.graph(x.times(y).plus(0.5f).relu(), x.minus(y).over(y.times(y).plus(1)));
    KernelCheck.check(body, 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 13, 17, 207, 4098})
  void biasesOfRowsAndColumns(int n) {
    Value x = f32("x", 5, n);
    Value bias = f32("b", n);
    Value scale = f32("s", 5, 1);
    Value scalar = f32("k");
    KernelCheck.check(trace.graph(x.plus(bias).times(scale).minus(scalar)), 1e-6);
  }

  @Test
  void broadcastsInTheMiddleOfFourAxes() {
    Value x = f32("x", 3, 5, 4, 7);
    Value y = f32("y", 5, 1, 7);
    Value z = f32("z", 3, 1, 4, 1);
    KernelCheck.check(trace.graph(x.plus(y).times(z)), 1e-6);
  }

  /** Sums of columns too large for the caches are kept in memory. */
  @Test
  void sumsOfManyColumns() {
    Value x = f32("x", 3, 5003, 211);
    Value mean = f32("m", 211);
    Value centred = x.minus(mean);
    Value squares = centred.times(centred).sum(0, 1);
    Value positive = x.binary(BinaryKind.GT, 0).cast(DType.I32).sum(0, 1);
    KernelCheck.check(
        trace.graph(x.sum(0, 1).times(0.5f), squares, x.max(0, 1), positive, centred), 1e-4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 10, 17, 207, 5000})
  void softmax(int n) {
    Value x = f32("x", 6, n);
    KernelCheck.check(trace.graph(Functions.softmax(x.times(3), 1)), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 10, 17, 207, 5000})
  void layerNorm(int n) {
    Value x = f32("x", 37, n);
    Value centred = x.minus(Functions.meanKeeping(x, 1));
    Value variance = Functions.meanKeeping(centred.times(centred), 1);
    Value y = centred.times(variance.plus(1e-5f).unary(UnaryKind.RSQRT));
    y = y.times(f32("g", n)).plus(f32("b", n));
    KernelCheck.check(trace.graph(y, variance.reshape(37)), 2e-5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 40, 1000})
  void crossEntropyAndItsGradient(int classes) {
    int n = 70;
    Value logits = f32("logits", n, classes);
    Value targets = trace.input("targets", Type.i32(n));
    Value logp = Functions.logSoftmax(logits, 1);
    Value hit = trace.iota(1, n, classes).binary(BinaryKind.EQ, targets.reshape(n, 1));
    Value loss = hit.where(logp, logits.like(0)).sum(1).negate();
    Value gradient = logp.exp().minus(hit.cast(DType.F32));
    KernelCheck.check(trace.graph(loss, gradient), 2e-6);
  }

  @Test
  void causalSoftmaxOfHeads() {
    Value x = f32("x", 2, 3, 9, 9);
    Value allowed = trace.iota(1, 9, 9).binary(BinaryKind.LE, trace.iota(0, 9, 9));
    Value masked = allowed.where(x, x.like(Float.NEGATIVE_INFINITY));
    KernelCheck.check(trace.graph(Functions.softmax(masked, -1)), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 16, 33, 64, 200, 1500})
  void sumsOverTheBatch(int n) {
    Value x = f32("x", 300, n);
    Value y = f32("y", n);
    Value sum = x.times(y).sum(0);
    Value squares = x.times(x).reduceKeeping(ReduceKind.SUM, 0);
    KernelCheck.check(trace.graph(sum, squares, x.max(0), x.relu()), 1e-5);
  }

  @Test
  void sumsOverAxesInTheMiddle() {
    Value x = f32("x", 4, 7, 5, 33);
    KernelCheck.check(trace.graph(x.sum(1, 2), x.mean(1, 2)), 1e-5);
  }

  @Test
  void sumsOverAxesApart() {
    Value x = f32("x", 4, 7, 5, 33);
    KernelCheck.check(trace.graph(x.sum(0, 2)), 1e-5);
  }

  @Test
  void sumsOverTheFirstAndLastAxis() {
    Value x = f32("x", 4, 7, 33);
    KernelCheck.check(trace.graph(x.sum(0, 2), x.max(0, 2)), 1e-5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 13, 17, 207, 4098, 100_003})
  void sumOfEverything(int n) {
    Value x = f32("x", n);
    KernelCheck.check(trace.graph(x.times(x).sum(), x.max(), x.mean().unary(UnaryKind.ABS)), 1e-5);
  }

  @Test
  void sumOfEverythingWithABias() {
    Value x = f32("x", 300, 10);
    Value b = f32("b", 10);
    KernelCheck.check(trace.graph(x.plus(b).sum(), x.plus(b)), 1e-5);
  }

  @Test
  void rowSums() {
    Value x = f32("x", 300, 10);
    KernelCheck.check(trace.graph(x.sum(1), x.max(1), x.mean(1).exp()), 1e-5);
  }

  @Test
  void integersAndMasks() {
    Value i = trace.input("i", new Type(DType.I64, Shape.of(5, 13)));
    Value b = trace.input("b", new Type(DType.BOOL, Shape.of(13)));
    Value odd = i.binary(BinaryKind.GT, 4).binary(BinaryKind.AND, b.broadcast(i.shape()));
    Value plus = i.plus(i).minus(trace.iota(1, 5, 13).cast(DType.I64));
    Value or = odd.unary(UnaryKind.NOT).binary(BinaryKind.OR, odd);
    KernelCheck.check(
        trace.graph(odd, plus, or, odd.where(plus, i), odd.cast(DType.F32), i.cast(DType.F32)), 0);
    KernelCheck.check(trace.graph(plus.sum(1), i.max(1)), 0);
    KernelCheck.check(trace.graph(plus.sum(0), i.max(0)), 0);
  }

  @Test
  void dropout() {
    Value x = f32("x", 7, 33);
    KernelCheck.check(trace.graph(Functions.dropout(x, 0.3f), trace.random(7, 33)), 1e-6);
  }

  @Test
  void constantsAlone() {
    KernelCheck.check(trace.graph(trace.constant(3).broadcast(Shape.of(3, 21))), 0);
  }

  @Test
  void normalizationOverAxesThatAnOperandLacks() {
    Value x = f32("x", 3, 5, 4, 7).minus(f32("y", 1, 5, 1, 7));
    Value centred = x.minus(Functions.meanKeeping(x, 1, 2, 3)).times(f32("g", 5, 1, 1));
    KernelCheck.check(trace.graph(centred, f32("z", 5).exp()), 1e-6);
  }

  @Test
  void normalizationOfEverything() {
    Value x = f32("x", 3, 70);
    Value share = x.over(x.times(x).reduceKeeping(ReduceKind.SUM, 0, 1).unary(UnaryKind.SQRT));
    KernelCheck.check(trace.graph(share.plus(f32("b", 70))), 1e-6);
  }
}
