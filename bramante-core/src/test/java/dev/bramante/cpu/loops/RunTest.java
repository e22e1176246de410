package dev.bramante.cpu.loops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.cpu.warmup.Warmup;
import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What kernels do apart from being right: memory, sharing, refusals. */
class RunTest {
  private final Trace trace = new Trace();

  private Value f32(String name, int... dims) {
    return trace.input(name, Type.f32(dims));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 207, 200_003})
  void outputsMayLieOnInputs(int n) {
    Value x = f32("x", 3, n);
    Value y = f32("y", 3, n);
    Graph body = trace.graph(x.plus(y).times(f32("b", n)), x.minus(y));
    List<Tensor> inputs = KernelCheck.inputs(body, 1);
    var expected = Reference.run(body, inputs.toArray(Tensor[]::new)).outputs();
    try (var pool = new WorkerPool(2)) {
      for (int bits : KernelCheck.WIDTHS) {
        var operands = new KernelCheck.Operands(body, inputs);
        for (int i = 0; i < 2; i++) {
          operands.arrays[3 + i] = operands.arrays[i];
          operands.offsets[3 + i] = operands.offsets[i];
        }
        var kernel = new LoopKernel(body, bits, pool);
        kernel.bind(operands.arrays, operands.offsets);
        kernel.run();
        KernelCheck.compare(body, operands, expected, 1e-6, "in place");
      }
    }
  }

  @Test
  void runsAllocateNothingOnceCompiled() {
    Value x = f32("x", 40, 300);
    Value w = f32("w", 300);
    assertAllocatesNothing(trace.graph(Functions.gelu(x.plus(w)), x.relu()));
    assertAllocatesNothing(trace.graph(Functions.softmax(x.times(2), 1)));
    assertAllocatesNothing(trace.graph(x.sum(0), x.times(x).sum(0)));
    assertAllocatesNothing(trace.graph(x.sum(), x.max()));
    var other = new Trace();
    Value pooled = other.input("i", Type.f32(2, 12, 12, 20)).maxPool(Window.square(2, 2, 0));
    var types = List.of(pooled.node().input(0).type());
    assertAllocatesNothing(
        other.graph(pooled), pool -> Loops.of(pooled.node().op(), types, pooled.type(), 256, pool));
  }

  private static void assertAllocatesNothing(Graph body) {
    assertAllocatesNothing(body, pool -> new LoopKernel(body, 256, pool));
  }

  private static void assertAllocatesNothing(Graph body, Function<WorkerPool, Loop> kernels) {
    var bean = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    try (var pool = new WorkerPool(1)) {
      var operands = new KernelCheck.Operands(body, KernelCheck.inputs(body, 2));
      Loop kernel = kernels.apply(pool);
      kernel.bind(operands.arrays, operands.offsets);
      Warmup.run();
      long allocated = Long.MAX_VALUE;
      // The compiler works in the background, so that how often it takes is open.
      for (int i = 0; i < 20_000 && allocated > 0; i++) {
        kernel.run();
        long before = bean.getCurrentThreadAllocatedBytes();
        kernel.run();
        allocated = bean.getCurrentThreadAllocatedBytes() - before;
      }
      assertEquals(0, allocated, body.toString());
    }
  }

  @Test
  void equalStructuresShareTheirCode() {
    var other = new Trace();
    Value a = f32("a", 5, 33).times(2).plus(f32("b", 33));
    Value b = other.input("c", Type.f32(700, 12)).times(3).plus(other.input("d", Type.f32(12)));
    var pool = new WorkerPool(1);
    int before = Emitter.classes();
    new LoopKernel(trace.graph(a), 512, pool);
    int first = Emitter.classes();
    new LoopKernel(other.graph(b), 512, pool);
    assertTrue(first <= before + 1);
    assertEquals(first, Emitter.classes());
  }

  @Test
  void bodiesThatDoNotFitAreRefused() {
    Value x = f32("x", 6, 5, 4);
    Graph twoKinds = trace.graph(x.sum(0), x.sum(2));
    var pool = new WorkerPool(1);
    var error =
        assertThrows(IllegalArgumentException.class, () -> new LoopKernel(twoKinds, 512, pool));
    assertTrue(
        error.getMessage().startsWith("reductions of one kernel must be over the same axes\n%0"));
    Graph reshaped = trace.graph(x.reshape(6, 20).exp().plus(x.reshape(6, 20)));
    assertThrows(IllegalArgumentException.class, () -> new LoopKernel(reshaped, 512, pool));
  }

  @Test
  void powers() {
    Value x = f32("x", 4, 33).unary(UnaryKind.ABS);
    Value y = f32("y", 33);
    KernelCheck.check(
        trace.graph(
            x.binary(BinaryKind.POW, y.broadcast(x.shape())),
            x.pow(x.like(2)),
            x.pow(x.like(3)),
            x.pow(x.like(0.5f)),
            x.pow(x.like(-0.5f)),
            x.pow(x.like(-1.7f))),
        1e-6);
  }
}
