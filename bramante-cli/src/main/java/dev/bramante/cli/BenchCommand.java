package dev.bramante.cli;

import dev.bramante.backend.Profile;
import dev.bramante.models.Model;
import dev.bramante.nn.Elements;
import dev.bramante.nn.Parameter;
import dev.bramante.parity.Fill;
import dev.bramante.pretrained.Pretrained.HeadPolicy;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Times what the peers in {@code bramante-bench/peers} are timed with. */
@Command(
    name = "bench",
    description = "Time named cases: CASE MILLISECONDS ms RATE /s, the median after warm-up.",
    footer = {
      "",
      "Cases: MODEL-train-BATCH and MODEL-infer-BATCH for any of `bramante models`, as in",
      "resnet50-infer-1 or lenet-train-64; matmul-1024 (a cube), matmul-1024x768x3072 (rows, inner",
      "length, columns); gpt2-prefill-512 (a text of so many tokens), gpt2-decode (a token more, by",
      "weights in single precision; -bf16 and -int8 by compact ones). A training step is forward",
      "pass, cross-entropy, gradients and SGD with momentum; RATE counts samples, or matrix products.",
      "Answers are checked before anything is timed. Weights are made up unless --weights has those of",
      "the network."
    })
final class BenchCommand extends BaseCommand {
  private static final double REPETITION = 0.05;
  private static final double WARM_UP = 1.0;
  private static final int FEWEST = 5;

  @Parameters(arity = "1..*", paramLabel = "CASE", description = "What to time.")
  private List<String> names = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description = "How long each case is timed (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--profile", description = "Show where the time goes, step by step.")
  private boolean profile;

  @Mixin private WeightsMixin weights;
  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  /**
   * A result.
   *
   * @param gigabytes a second, read from memory, where that limits the case
   * @param gigabytesPeak the most that this machine reads
   */
  private record Answer(
      String name,
      double milliseconds,
      double rate,
      double gigaflops,
      double gigabytes,
      double gigabytesPeak,
      int repetitions) {}

  @Override
  public Integer call() throws Exception {
    List<BenchCase> cases = names.stream().map(BenchCase::parse).toList();
    var answers = new ArrayList<Answer>();
    try (var shown = progress.on(err())) {
      for (int i = 0; i < cases.size(); i++) {
        answers.add(time(names.get(i), cases.get(i), shown));
      }
    }
    if (json.wanted()) {
      JsonMixin.print(out(), answers);
    }
    return 0;
  }

  private Answer time(String name, BenchCase bench, Progress shown) throws IOException {
    shown.begin(name + ": compiling");
    BenchCase.Task task = bench.prepare(engine, new Given());
    shown.begin(name + ": checking");
    task.check();
    shown.begin(name + ": warming up");
    double one = warmUp(task);
    int calls = Math.max(1, (int) (REPETITION / one));
    int repetitions = Math.max(FEWEST, (int) (seconds / (calls * one)));
    double[] times = new double[repetitions];
    shown.begin(name, repetitions);
    for (int i = 0; i < repetitions; i++) {
      times[i] = calls(task, calls);
      shown.at(i + 1);
    }
    shown.end();
    Arrays.sort(times);
    double median = times[repetitions / 2];
    var answer =
        new Answer(
            name,
            1e3 * median,
            bench.samples() / median,
            bench.flops() / median / 1e9,
            bench.bytes() / median / 1e9,
            bench.bytes() == 0 ? 0 : engine.engine().backend().peaks().reads() / 1e9,
            repetitions);
    if (!json.wanted()) {
      print(answer);
    }
    if (profile) {
      Optional<Profile> figures = task.profile();
      calls(task, calls);
      err().print(figures.map(Profile::table).orElse(""));
      err().flush();
    }
    return answer;
  }

  /** Weights that the user gave, or any. */
  private final class Given implements BenchCase.Source {
    @Override
    public Map<String, Tensor> values(Model model) throws IOException {
      return weights.place().isPresent()
          ? weights.read(model, HeadPolicy.KEEP, 0, err()).values()
          : Fill.of(model.parameters());
    }

    @Override
    public BiFunction<String, Parameter, Elements> elements(Model model) throws IOException {
      if (weights.place().isEmpty()) {
        return Fill::elements; // so that nothing is there twice
      }
      Map<String, Tensor> values = values(model);
      return (name, _) -> Elements.of(values.get(name));
    }
  }

  /** Runs for a while, and gives the seconds of a call at its end. */
  private static double warmUp(BenchCase.Task task) {
    long start = System.nanoTime();
    double one = calls(task, 1);
    while (System.nanoTime() - start < WARM_UP * 1e9) {
      one = calls(task, Math.max(1, (int) (REPETITION / one)));
    }
    return one;
  }

  /** Mean seconds of a call. */
  private static double calls(BenchCase.Task task, int count) {
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      task.run();
    }
    return (System.nanoTime() - start) / 1e9 / count;
  }

  private void print(Answer answer) {
    String work =
        answer.gigaflops() == 0
            ? ""
            : String.format(Locale.ROOT, "  %.1f GFLOP/s", answer.gigaflops());
    if (answer.gigabytes() > 0) {
      work =
          String.format(
              Locale.ROOT,
              "  %.1f GB/s, %.0f%% of %.1f",
              answer.gigabytes(),
              100 * answer.gigabytes() / answer.gigabytesPeak(),
              answer.gigabytesPeak());
    }
    out()
        .printf(
            Locale.ROOT,
            "%-22s %10.4f ms  %,12.1f /s%s%n",
            answer.name(),
            answer.milliseconds(),
            answer.rate(),
            work);
    out().flush();
  }
}
