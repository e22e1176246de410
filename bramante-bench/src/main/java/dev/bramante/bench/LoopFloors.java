package dev.bramante.bench;

import dev.bramante.cpu.loops.Loop;
import dev.bramante.cpu.loops.LoopKernel;
import dev.bramante.cpu.loops.Loops;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.cpu.warmup.Warmup;
import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.tensor.DType;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Times the loop kernels of the networks that matter and prints, for each, microseconds, GB/s of
 * operands and bytes allocated a run: {@code LoopFloors [vector bits] [threads] [name part]}.
 */
public final class LoopFloors {
  private static final long CASE_NANOS = 300_000_000L;

  private record Case(String name, Function<Trace, Value[]> body) {}

  private final int bits;
  private final WorkerPool pool;

  private LoopFloors(int bits, WorkerPool pool) {
    this.bits = bits;
    this.pool = pool;
  }

  /** Runs the cases whose name contains the third argument. */
  public static void main(String[] args) {
    int bits = args.length > 0 ? Integer.parseInt(args[0]) : 512;
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    String wanted = args.length > 2 ? args[2] : "";
    try (var pool = new WorkerPool(threads)) {
      var floors = new LoopFloors(bits, pool);
      for (Case c : cases()) {
        if (c.name().contains(wanted)) {
          floors.time(c);
        }
      }
    }
  }

  private static Value f32(Trace trace, int... dims) {
    return trace.input("x", Type.f32(dims));
  }

  private static Case of(String name, Function<Trace, Value> body) {
    return new Case(name, trace -> new Value[] {body.apply(trace)});
  }

  private static List<Case> cases() {
    var cases = new ArrayList<Case>();
    cases.add(of("copy 8M", t -> f32(t, 8 << 20).reshape(4, 2 << 20)));
    cases.add(of("add 32x10", t -> f32(t, 32, 10).plus(f32(t, 10))));
    cases.add(of("relu 32x128", t -> f32(t, 32, 128).plus(f32(t, 128)).relu()));
    cases.add(of("relu 64x24x24x32", t -> f32(t, 64, 24, 24, 32).plus(f32(t, 32)).relu()));
    cases.add(of("relu 8M", t -> f32(t, 8 << 20).relu()));
    cases.add(of("relu gradient 64x8x8x32", LoopFloors::reluGradient));
    cases.add(of("gelu 1024x3072", t -> Functions.gelu(f32(t, 1024, 3072))));
    cases.add(of("gelu tanh 1024x3072", t -> Functions.geluTanh(f32(t, 1024, 3072))));
    cases.add(of("exp 64K", t -> f32(t, 1 << 16).exp()));
    cases.add(of("log 64K", t -> f32(t, 1 << 16).log()));
    cases.add(of("tanh 64K", t -> f32(t, 1 << 16).tanh()));
    cases.add(of("erf 64K", t -> f32(t, 1 << 16).unary(UnaryKind.ERF)));
    cases.add(of("sin 64K", t -> f32(t, 1 << 16).unary(UnaryKind.SIN)));
    cases.add(of("dropout 1M", t -> Functions.dropout(f32(t, 1 << 20), 0.1f)));
    cases.add(new Case("adam 421K", LoopFloors::adam));
    cases.add(of("softmax 64x10", t -> Functions.softmax(f32(t, 64, 10), 1)));
    cases.add(new Case("cross-entropy 64x10", t -> crossEntropy(t, 64, 10)));
    cases.add(new Case("cross-entropy 128x50257", t -> crossEntropy(t, 128, 50257)));
    cases.add(of("softmax 12288x256", t -> Functions.softmax(f32(t, 12288, 256), 1)));
    cases.add(of("layer norm 1024x768", LoopFloors::layerNorm));
    cases.add(of("bias gradient 36864x32", t -> f32(t, 36864, 32).sum(0)));
    cases.add(of("bias gradient 4096x64", t -> f32(t, 4096, 64).sum(0)));
    cases.add(of("bias gradient 64x200", t -> f32(t, 64, 200).sum(0)));
    cases.add(of("bias gradient 64x10", t -> f32(t, 64, 10).sum(0)));
    cases.add(of("bias gradient 1024x3072", t -> f32(t, 1024, 3072).sum(0)));
    cases.add(of("mean 64x10", t -> f32(t, 64).mean()));
    cases.add(of("sum of squares 8M", LoopFloors::sumOfSquares));
    cases.add(of("mean 8x49x2048", t -> f32(t, 8, 49, 2048).mean(1)));
    cases.add(of("max pool 3 64x24x24x32", t -> f32(t, 64, 24, 24, 32).maxPool(square(3))));
    cases.add(of("max pool 2 64x4x4x64", t -> f32(t, 64, 4, 4, 64).maxPool(square(2))));
    cases.add(of("max pool 3 1x24x24x32", t -> f32(t, 1, 24, 24, 32).maxPool(square(3))));
    cases.add(of("max pool 3/2 8x112x112x64", LoopFloors::stem));
    cases.add(of("max pool gradient 3 64x24x24x32", t -> maxPoolGrad(t, 3, 64, 24, 32)));
    cases.add(of("max pool gradient 2 64x4x4x64", t -> maxPoolGrad(t, 2, 64, 4, 64)));
    cases.add(of("transpose 64x2x2x64", t -> f32(t, 64, 2, 2, 64).transpose(0, 3, 1, 2)));
    cases.add(of("transpose 1024x768", t -> f32(t, 1024, 768).transpose(1, 0)));
    cases.add(of("transpose heads 4x256x12x64", t -> f32(t, 4, 256, 12, 64).transpose(0, 2, 1, 3)));
    cases.add(of("pad 8x56x56x64", t -> f32(t, 8, 56, 56, 64).pad(1, 1, 1, 0)));
    return cases;
  }

  private static Window square(int size) {
    return Window.square(size, size, 0);
  }

  private static Value reluGradient(Trace t) {
    Value dy = f32(t, 64, 8, 8, 32);
    Value y = f32(t, 64, 8, 8, 32);
    return y.binary(BinaryKind.GT, 0).where(dy, dy.like(0));
  }

  private static Value layerNorm(Trace t) {
    Value x = f32(t, 1024, 768);
    Value centred = x.minus(Functions.meanKeeping(x, 1));
    Value variance = Functions.meanKeeping(centred.times(centred), 1);
    Value y = centred.times(variance.plus(1e-5f).unary(UnaryKind.RSQRT));
    return y.times(f32(t, 768)).plus(f32(t, 768));
  }

  private static Value sumOfSquares(Trace t) {
    Value x = f32(t, 8 << 20);
    return x.times(x).sum();
  }

  private static Value stem(Trace t) {
    return f32(t, 8, 112, 112, 64).maxPool(Window.square(3, 2, 1));
  }

  private static Value maxPoolGrad(Trace t, int size, int n, int side, int channels) {
    Value x = f32(t, n, side, side, channels);
    Value y = f32(t, n, side / size, side / size, channels);
    Value dy = f32(t, n, side / size, side / size, channels);
    return t.add(new Op.MaxPoolGrad(square(size)), x, y, dy);
  }

  private static Value[] adam(Trace t) {
    int n = 421_000;
    Value w = f32(t, n);
    Value g = f32(t, n);
    Value m = f32(t, n);
    Value v = f32(t, n);
    Value rate = f32(t);
    Value m2 = m.times(0.9f).plus(g.times(0.1f));
    Value v2 = v.times(0.999f).plus(g.times(g).times(0.001f));
    Value w2 = w.minus(m2.times(rate).over(v2.unary(UnaryKind.ABS).sqrt().plus(1e-8f)));
    return new Value[] {w2, m2, v2};
  }

  private static Value[] crossEntropy(Trace t, int n, int classes) {
    Value logits = f32(t, n, classes);
    Value targets = t.input("targets", Type.i32(n));
    Value logp = Functions.logSoftmax(logits, 1);
    Value hit = t.iota(1, n, classes).binary(BinaryKind.EQ, targets.reshape(n, 1));
    Value loss = hit.where(logp, logits.like(0)).sum(1).negate();
    return new Value[] {loss, logp.exp().minus(hit.cast(DType.F32)).times(1f / n)};
  }

  private void time(Case c) {
    var trace = new Trace();
    Graph graph = trace.graph(c.body().apply(trace));
    Node last = graph.outputs().getFirst();
    boolean alone =
        switch (last.op()) {
          case Op.MaxPool _, Op.MaxPoolGrad _, Op.Transpose _, Op.Pad _ -> true;
          case Op.Reshape _ -> graph.nodes().size() == 2;
          case Op _ -> false;
        };
    List<Type> types = last.inputs().stream().map(Node::type).toList();
    Loop loop =
        alone
            ? Loops.of(last.op(), types, last.type(), bits, pool)
            : new LoopKernel(graph, bits, pool);
    long bytes = bind(graph, loop);
    Warmup.run();
    long end = System.nanoTime() + 2 * CASE_NANOS;
    while (System.nanoTime() < end) {
      loop.run();
    }
    report(c.name(), loop, bytes);
  }

  private void report(String name, Loop loop, long bytes) {
    int batch = 1;
    var times = new ArrayList<Double>();
    long end = System.nanoTime() + CASE_NANOS;
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      for (int i = 0; i < batch; i++) {
        loop.run();
      }
      long nanos = System.nanoTime() - start;
      if (nanos < 20_000) {
        batch *= 2;
      } else {
        times.add((double) nanos / batch);
      }
    }
    times.sort(null);
    double nanos = times.get(times.size() / 2);
    var bean = ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);
    long before = bean.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      loop.run();
    }
    long allocated = (bean.getCurrentThreadAllocatedBytes() - before) / 100;
    System.out.printf(
        "%-36s %10.2f us %8.1f GB/s %6d B%n", name, nanos / 1e3, bytes / nanos, allocated);
  }

  /** Gives the kernel operands, and returns how many bytes they have. */
  private static long bind(Graph graph, Loop loop) {
    var random = new Random(1);
    var nodes = new ArrayList<Node>(graph.inputs());
    nodes.addAll(graph.outputs());
    Object[] arrays = new Object[nodes.size()];
    long bytes = 0;
    for (int i = 0; i < arrays.length; i++) {
      int size = nodes.get(i).type().shape().size();
      bytes += 4L * size;
      if (nodes.get(i).type().dtype().isInteger()) {
        int[] ints = new int[size + 16];
        Arrays.setAll(ints, k -> random.nextInt(10));
        arrays[i] = ints;
      } else {
        float[] floats = new float[size + 16];
        for (int k = 0; k < size; k++) {
          floats[k] = random.nextFloat() * 4 - 2;
        }
        arrays[i] = floats;
      }
    }
    loop.bind(arrays, new int[arrays.length]);
    return bytes;
  }
}
