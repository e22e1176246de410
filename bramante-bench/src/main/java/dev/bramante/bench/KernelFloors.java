package dev.bramante.bench;

import dev.bramante.cpu.gemm.ConvEnding;
import dev.bramante.cpu.gemm.ConvForward;
import dev.bramante.cpu.gemm.ConvInputGradient;
import dev.bramante.cpu.gemm.ConvSpec;
import dev.bramante.cpu.gemm.ConvWeightGradient;
import dev.bramante.cpu.gemm.GemmSpec;
import dev.bramante.cpu.gemm.KernelRates;
import dev.bramante.cpu.gemm.MatMul;
import dev.bramante.cpu.gemm.ThinProduct;
import dev.bramante.cpu.gemm.ThinProduct.Form;
import dev.bramante.cpu.gemm.TileEpilogue;
import dev.bramante.cpu.gemm.WinogradForward;
import dev.bramante.cpu.gemm.WinogradWeightGradient;
import dev.bramante.cpu.gemm.Workspace;
import dev.bramante.cpu.pool.WorkerPool;
import java.util.Arrays;
import java.util.Locale;
import jdk.incubator.vector.FloatVector;

/**
 * Times the kernels, the products and the convolutions against floors relative to the fastest
 * kernel of this machine, and counts what they allocate. Ends with status 1 if one falls short, so
 * that an edit that made a kernel fall off the cliff is seen at once.
 *
 * <p>Run on a quiet machine: {@code java @bramante-cli/src/main/jvm/flags -cp
 * bramante-bench/target/benchmarks.jar dev.bramante.bench.KernelFloors}
 */
public final class KernelFloors {
  private static final int SLACK = 64;
  private static final long TRIAL_NANOS = 20_000_000;
  private static final int TRIALS = 9;

  private final WorkerPool pool = WorkerPool.ofPhysicalCores();
  private final int lanes = FloatVector.SPECIES_PREFERRED.length();
  private double peak;
  private int failures;

  private KernelFloors() {}

  /** Prints a line for each case. */
  public static void main(String[] args) {
    var floors = new KernelFloors();
    floors.kernels();
    floors.products();
    floors.thinProducts();
    floors.convolutions();
    floors.winograd();
    floors.pool.close();
    System.exit(floors.failures == 0 ? 0 : 1);
  }

  private void kernels() {
    var rates = KernelRates.measure(lanes);
    double core = rates.stream().mapToDouble(KernelRates.Rate::gflops).max().orElseThrow();
    peak = core * pool.threads();
    say("%d lanes; one core %.0f GFLOP/s, %d cores %.0f", lanes, core, pool.threads(), peak);
    for (var rate : rates) {
      report("kernel " + rate.name(), rate.gflops(), rate.floor(), core, 0);
    }
  }

  private void products() {
    product("1024 × 1024 × 1024", GemmSpec.of(1024, 1024, 1024), 0.83);
    product("2048 × 2048 × 2048", GemmSpec.of(2048, 2048, 2048), 0.83);
    product("1024 × 768 × 3072", GemmSpec.of(1024, 3072, 768), 0.75);
    product("1024 × 3072 × 768", GemmSpec.of(1024, 768, 3072), 0.75);
    product("1024 × 768 × 768", GemmSpec.of(1024, 768, 768), 0.75);
    product("1024³, A transposed", GemmSpec.of(1024, 1024, 1024).transposed(true, false), 0.75);
    product("1024³, B transposed", GemmSpec.of(1024, 1024, 1024).transposed(false, true), 0.75);
    product("64 × 256 × 200", GemmSpec.of(64, 200, 256), 0.6);
    product("32 × 50 × 25", GemmSpec.of(32, 25, 50), 0.2);
    product("1 × 256 × 200 packed", GemmSpec.of(1, 200, 256).prepacked(), 0.1);
  }

  /** At the rate of the memory: one multiply-add for each element of W and row of X. */
  private void thinProducts() {
    thin("1 × 768 × 50257", new ThinProduct.Sizes(1, 50257, 768, Form.F32, false, false), 0.03);
    thin(
        "1 × 768 × 50257, bf16",
        new ThinProduct.Sizes(1, 50257, 768, Form.BF16, false, false),
        0.04);
    thin(
        "1 × 768 × 50257, int8", new ThinProduct.Sizes(1, 50257, 768, Form.I8, false, false), 0.05);
    thin("16 × 768 × 50257", new ThinProduct.Sizes(16, 50257, 768, Form.F32, false, false), 0.2);
  }

  private void thin(String name, ThinProduct.Sizes sizes, double floor) {
    var product = new ThinProduct(sizes, lanes, pool, new Workspace(), TileEpilogue.NONE);
    int elements = sizes.n() * sizes.k();
    Object w =
        switch (sizes.form()) {
          case F32 -> floats(elements);
          case BF16 -> new int[elements / 2];
          case I8 -> new int[elements / 4];
        };
    var x = floats(sizes.m() * sizes.k());
    var scales = floats(sizes.n());
    var c = floats(sizes.m() * sizes.n());
    double flops = 2.0 * sizes.m() * elements;
    time(
        "thin product " + name,
        flops,
        floor,
        () -> product.run(x, 0, w, 0, scales, 0, scales, 0, c, 0));
  }

  private void convolutions() {
    var first = ConvSpec.of(64, 28, 28, 1, 5, 5, 32);
    var second = ConvSpec.of(64, 8, 8, 32, 5, 5, 64);
    var third = ConvSpec.of(8, 56, 56, 64, 3, 3, 64).padding(1, 1, 1, 1);
    convolution("28×28×1, 5×5, 32", first, 0.45, 0, 0.65);
    convolution("8×8×32, 5×5, 64", second, 0.7, 0.5, 0.7);
    convolution("56×56×64, 3×3, 64", third, 0.7, 0.7, 0.65);
    var stem = ConvSpec.of(2, 224, 224, 3, 7, 7, 64).stride(2, 2).padding(3, 3, 3, 3);
    convolution("224×224×3, 7×7/2, 64", stem, 0.65, 0, 0.6);
    convolution("56×56×256, 1×1, 64", ConvSpec.of(2, 56, 56, 256, 1, 1, 64), 0.7, 0.6, 0.65);
    convolution("7×7×2048, 1×1, 512", ConvSpec.of(8, 7, 7, 2048, 1, 1, 512), 0.75, 0.65, 0.6);
    var halving = ConvSpec.of(4, 28, 28, 256, 3, 3, 256).stride(2, 2).padding(1, 1, 1, 1);
    convolution("28×28×256, 3×3/2, 256", halving, 0.75, 0.6, 0.5);
    convolution("one 28×28×1, 5×5, 32", ConvSpec.of(1, 28, 28, 1, 5, 5, 32), 0.4, 0, 0);
    convolution("one 8×8×32, 5×5, 64", ConvSpec.of(1, 8, 8, 32, 5, 5, 64), 0.6, 0, 0);
  }

  /** By Winograd's formula, counted as if computed directly: so they may be above the peak. */
  private void winograd() {
    winograd("56×56×64", ConvSpec.of(8, 56, 56, 64, 3, 3, 64), 1.7, 1.7, 1.3);
    winograd("28×28×512", ConvSpec.of(2, 28, 28, 512, 3, 3, 512), 2.2, 1.8, 1.3);
    winograd("14×14×256", ConvSpec.of(8, 14, 14, 256, 3, 3, 256), 1.6, 1.3, 1.1);
  }

  private void winograd(
      String name, ConvSpec inner, double forwardFloor, double inputFloor, double weightFloor) {
    var spec = inner.padding(1, 1, 1, 1);
    var x = floats(spec.n() * spec.height() * spec.width() * spec.channels());
    var w = floats(9 * spec.channels() * spec.filters());
    var y = floats(spec.n() * spec.height() * spec.width() * spec.filters());
    double flops =
        18.0 * spec.channels() * spec.filters() * spec.n() * spec.height() * spec.width();
    var workspace = new Workspace();
    var ending = new ConvEnding(false, false, true);
    var forward = new WinogradForward(spec, ending, lanes, pool, workspace, TileEpilogue.NONE);
    var packed = floats(forward.packedSize());
    forward.packWeights(w, 0, packed, 0);
    time("Winograd " + name, flops, forwardFloor, () -> forward.run(x, 0, packed, 0, y, 0));
    var inputs = WinogradForward.ofInputGradient(spec, lanes, pool, workspace, TileEpilogue.NONE);
    time("  its input gradient", flops, inputFloor, () -> inputs.run(y, 0, w, 0, x, 0));
    var weights = new WinogradWeightGradient(spec, lanes, pool, workspace);
    time("  its weight gradient", flops, weightFloor, () -> weights.run(x, 0, y, 0, w, 0));
  }

  private void product(String name, GemmSpec spec, double floor) {
    var product = new MatMul(spec, lanes, pool);
    var a = floats(spec.m() * spec.k());
    var b = floats(Math.max(spec.k() * spec.n(), product.packedSize()));
    var c = floats(spec.m() * spec.n());
    double flops = 2.0 * spec.m() * spec.n() * spec.k();
    time("product " + name, flops, floor, () -> product.run(a, 0, b, 0, c, 0));
  }

  private void convolution(
      String name, ConvSpec spec, double forwardFloor, double inputFloor, double weightFloor) {
    int pixels = spec.n() * spec.outHeight() * spec.outWidth();
    int taps = spec.kernelHeight() * spec.kernelWidth() * spec.channels();
    var x = floats(spec.n() * spec.height() * spec.width() * spec.channels());
    var w = floats(taps * spec.filters());
    var y = floats(pixels * spec.filters());
    double flops = 2.0 * pixels * taps * spec.filters();
    var forward = new ConvForward(spec, ConvEnding.PLAIN, lanes, pool);
    time("convolution " + name, flops, forwardFloor, () -> forward.run(x, 0, w, 0, y, 0));
    if (inputFloor > 0) {
      var gradient = new ConvInputGradient(spec, lanes, pool);
      time("  its input gradient", flops, inputFloor, () -> gradient.run(y, 0, w, 0, x, 0));
    }
    if (weightFloor > 0) {
      var gradient = new ConvWeightGradient(spec, lanes, pool);
      time("  its weight gradient", flops, weightFloor, () -> gradient.run(x, 0, y, 0, w, 0));
    }
  }

  /** The best of several trials: what a neighbour's load cannot improve. */
  private void time(String name, double flops, double floor, Runnable run) {
    Timing timing = Timing.of(TRIAL_NANOS, TRIALS, run);
    report(name, flops / timing.nanos(), floor, peak, timing.bytes());
  }

  private void report(String name, double gflops, double floor, double reference, long bytes) {
    boolean passes = gflops >= floor * reference && bytes == 0;
    failures += passes ? 0 : 1;
    say(
        "%-36s %7.1f GFLOP/s  %3.0f %% of peak (floor %2.0f %%)  %d bytes a call%s",
        name, gflops, 100 * gflops / reference, 100 * floor, bytes, passes ? "" : "  TOO LOW");
  }

  private static float[] floats(int count) {
    var result = new float[count + SLACK];
    Arrays.fill(result, 0.01f);
    return result;
  }

  private static void say(String format, Object... args) {
    System.out.println(String.format(Locale.ROOT, format, args));
  }
}
