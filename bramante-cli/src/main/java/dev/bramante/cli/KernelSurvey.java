package dev.bramante.cli;

import dev.bramante.autodiff.Gradients;
import dev.bramante.backend.Executable;
import dev.bramante.backend.Profile;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.plan.Cost;
import dev.bramante.plan.Step;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * How fast each family of kernels is on this machine, in a few seconds. A floor is well below what
 * the family reaches on a quiet machine, and well above what it reaches when the JVM has compiled
 * it badly, which costs a factor of five or more.
 */
final class KernelSurvey {
  private static final long TRIAL_NANOS = 40_000_000;
  private static final int TRIALS = 4;
  private static final Window SAME = Window.square(3, 1, 1);

  private enum Limit {
    ARITHMETIC,
    MEMORY
  }

  private record Family(
      String name,
      Limit limit,
      double floor,
      List<Type> inputs,
      BiFunction<Trace, List<Value>, List<Value>> result) {}

  private static final List<Family> FAMILIES =
      List.of(
          new Family(
              "matrix product",
              Limit.ARITHMETIC,
              0.45,
              List.of(Type.f32(768, 768), Type.f32(768, 768)),
              (_, in) -> List.of(in.get(0).matmul(in.get(1)))),
          new Family(
              "convolution",
              Limit.ARITHMETIC,
              0.4,
              List.of(Type.f32(8, 28, 28, 64), Type.f32(3, 3, 64, 64)),
              (_, in) -> List.of(in.get(0).conv2d(in.get(1), SAME, 1))),
          new Family(
              "its gradients",
              Limit.ARITHMETIC,
              0.25,
              List.of(Type.f32(8, 28, 28, 64), Type.f32(3, 3, 64, 64)),
              (_, in) -> {
                Value y = in.get(0).conv2d(in.get(1), SAME, 1);
                return Gradients.of(y.times(y).sum(), in);
              }),
          new Family(
              "pooling",
              Limit.MEMORY,
              0.05,
              List.of(Type.f32(32, 56, 56, 64)),
              (_, in) -> List.of(in.get(0).maxPool(Window.square(2, 2, 0)))),
          new Family(
              "elementwise",
              Limit.MEMORY,
              0.2,
              List.of(Type.f32(1 << 22), Type.f32(1 << 22)),
              (_, in) -> List.of(in.get(0).times(in.get(1)).relu())),
          new Family(
              "sums of rows",
              Limit.MEMORY,
              0.1,
              List.of(Type.f32(1 << 12, 1 << 10)),
              (_, in) -> List.of(in.get(0).sum(1))),
          new Family(
              "softmax",
              Limit.MEMORY,
              0.04,
              List.of(Type.f32(1 << 12, 1 << 10)),
              (_, in) -> List.of(Functions.softmax(in.get(0), 1))));

  /**
   * The rate of a family.
   *
   * @param family its name
   * @param rate operations a second where arithmetic limits it, bytes where memory does
   * @param unit the unit of the rate
   * @param share of the rate of the fastest product, or of the fastest copy; Winograd's formula
   *     passes the former
   * @param floor the least share that a sound kernel has
   */
  record Rate(String family, double rate, String unit, double share, double floor) {
    boolean sound() {
      return share >= floor;
    }
  }

  private KernelSurvey() {}

  /** Times every family. */
  static List<Rate> of(Engine engine, Progress shown) {
    Profile.Peaks peaks = engine.backend().peaks();
    shown.begin("kernels", FAMILIES.size());
    var rates = new ArrayList<Rate>();
    for (Family family : FAMILIES) {
      shown.details(family.name());
      rates.add(rate(engine, family, peaks));
      shown.at(rates.size());
    }
    return rates;
  }

  private static Rate rate(Engine engine, Family family, Profile.Peaks peaks) {
    Executable executable = engine.compile(graph(family));
    Tensor[] inputs =
        family.inputs().stream()
            .map(type -> Tensor.zeros(type.dtype(), type.shape()))
            .toArray(Tensor[]::new);
    boolean arithmetic = family.limit() == Limit.ARITHMETIC;
    long work =
        executable.plan().steps().stream()
            .map(Step::cost)
            .mapToLong(arithmetic ? Cost::flops : Cost::bytes)
            .sum();
    double nanos = Double.MAX_VALUE;
    for (int trial = 0; trial < TRIALS; trial++) {
      nanos = Math.min(nanos, nanos(executable, inputs));
    }
    double rate = work / nanos * 1e9;
    return new Rate(
        family.name(),
        rate,
        arithmetic ? "FLOP/s" : "B/s",
        rate / (arithmetic ? peaks.flops() : peaks.bytes()),
        family.floor());
  }

  private static Graph graph(Family family) {
    var trace = new Trace();
    var inputs = new ArrayList<Value>();
    for (Type type : family.inputs()) {
      inputs.add(trace.input("x" + inputs.size(), type));
    }
    return trace.graph(family.result().apply(trace, inputs).toArray(Value[]::new));
  }

  /** Mean nanoseconds of the steps of a run, without the copies of inputs and outputs. */
  private static double nanos(Executable executable, Tensor[] inputs) {
    Profile profile = executable.profile();
    long start = System.nanoTime();
    while (System.nanoTime() - start < TRIAL_NANOS) {
      executable.run(inputs);
    }
    double sum = 0;
    for (int i = 0; i < executable.plan().steps().size(); i++) {
      sum += profile.nanos(i);
    }
    return sum;
  }
}
