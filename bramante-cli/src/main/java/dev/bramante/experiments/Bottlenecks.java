package dev.bramante.experiments;

import dev.bramante.backend.Executable;
import dev.bramante.config.Config;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Type;
import dev.bramante.graph.Window;
import dev.bramante.nn.Activation;
import dev.bramante.nn.BatchNorm2d;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.Initializer;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Parameters;
import dev.bramante.nn.Residual;
import dev.bramante.nn.Sequential;
import dev.bramante.nn.Summary;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Evaluation;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Section 5.2, figure 5.3: parameters and operations of a convolution grow with the square of its
 * channels, so a residual block reduces them by a 1×1 convolution before its 3×3 one.
 */
final class Bottlenecks implements Experiment {
  private static final int WARM_UP = 3;

  @Override
  public String name() {
    return "bottleneck";
  }

  @Override
  public String claim() {
    return "The cost of a block grows with the square of its channels, and a 1x1 convolution to"
        + " fewer of them before the 3x3 one keeps it low (section 5.2, figure 5.3)";
  }

  @Override
  public Config defaults() {
    return Config.defaults(
        "channels", "64,128,256,512", // of the block's input and output
        "reductions", "1,2,4", // channels around the block over channels inside; 1 for none
        "image", "14", // height and width
        "repetitions", "15" // of which the median time counts
        );
  }

  private record Trial(
      int channels, int reduction, long parameters, long flops, double milliseconds) {
    List<String> row() {
      return List.of(
          Integer.toString(channels),
          label(reduction),
          Long.toString(parameters),
          Long.toString(flops),
          String.format(Locale.ROOT, "%.3f", milliseconds));
    }
  }

  private static String label(int reduction) {
    return reduction == 1 ? "3x3, 3x3" : "1x1 to C/%d, 3x3, 1x1".formatted(reduction);
  }

  @Override
  public Findings run(Config settings, Engine engine, Listener listener) {
    int[] channels = settings.integers("channels");
    int[] reductions = settings.integers("reductions");
    int image = settings.integer("image");
    int repetitions = settings.integer("repetitions");
    if (image < 1 || repetitions < 1) {
      throw new IllegalArgumentException("image and repetitions must be at least 1");
    }
    List<Trial> trials = new ArrayList<>();
    for (int reduction : reductions) {
      for (int count : channels) {
        listener.at(count + " channels", trials.size(), (long) channels.length * reductions.length);
        trials.add(trial(engine, count, reduction, image, repetitions));
      }
    }
    return new Findings(
        List.of("channels", "block", "parameters", "flops", "milliseconds"),
        trials.stream().map(Trial::row).toList(),
        List.of(
            chart("parameters", "parameters", channels, reductions, trials),
            chart("time of a forward pass", "ms", channels, reductions, trials)));
  }

  private static Trial trial(
      Engine engine, int channels, int reduction, int image, int repetitions) {
    Layer block = block(channels, reduction);
    Type input = Type.f32(1, image, image, channels);
    Summary summary = Summary.of(block, List.of(input));
    Weights weights = Weights.of(Parameters.of(block), ParameterGroup.all());
    weights.write(engine.variables(), weights.initial(1));
    Graph graph = Evaluation.output(block, List.of(input), weights);
    Executable executable = engine.compile(graph);
    Tensor x = Tensor.zeros(input.dtype(), input.shape());
    double[] times = new double[repetitions];
    for (int i = -WARM_UP; i < repetitions; i++) {
      long start = System.nanoTime();
      executable.run(x);
      if (i >= 0) {
        times[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(times);
    return new Trial(
        channels, reduction, summary.parameters(), summary.flops(), times[repetitions / 2]);
  }

  /** Two 3×3 convolutions, or one of 3×3 among fewer channels; and a skip path. */
  private static Layer block(int channels, int reduction) {
    if (channels < 1 || reduction < 1 || channels % reduction != 0) {
      throw new IllegalArgumentException(
          "reductions must divide channels, and %d does not divide %d"
              .formatted(reduction, channels));
    }
    int inner = channels / reduction;
    List<Layer> body = new ArrayList<>();
    if (reduction == 1) {
      add(body, channels, channels, 3);
      body.add(Activation.RELU);
      add(body, channels, channels, 3);
    } else {
      add(body, channels, inner, 1);
      body.add(Activation.RELU);
      add(body, inner, inner, 3);
      body.add(Activation.RELU);
      add(body, inner, channels, 1);
    }
    return new Sequential(new Residual(new Sequential(body)), Activation.RELU);
  }

  private static void add(List<Layer> body, int in, int out, int kernel) {
    Window window = Window.square(kernel, 1, kernel / 2);
    body.add(
        Conv2d.withoutBias(in, out, window, 1, Initializer.kaimingNormal(Initializer.Fan.OUT)));
    body.add(new BatchNorm2d(out));
  }

  private static Chart chart(
      String title, String up, int[] channels, int[] reductions, List<Trial> trials) {
    double[] across = IntStream.of(channels).asDoubleStream().toArray();
    var lines = new ArrayList<Chart.Line>();
    for (int reduction : reductions) {
      double[] values =
          trials.stream()
              .filter(trial -> trial.reduction() == reduction)
              .mapToDouble(trial -> up.equals("ms") ? trial.milliseconds() : trial.parameters())
              .toArray();
      lines.add(new Chart.Line(label(reduction), across, values));
    }
    return new Chart(title, "channels", up, true, true, lines);
  }
}
