package dev.bramante.experiments;

import dev.bramante.config.Config;
import dev.bramante.data.Dataset;
import dev.bramante.data.FashionMnist;
import dev.bramante.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Sections 4.7 and 5.2: residual connections keep the gradient of one size through a deep network,
 * which without them is trained badly, or not at all (He et al. 2016).
 */
final class Depth implements Experiment {
  /** The share of the steps before that a curve keeps, so that it can be read. */
  private static final double SMOOTHING = 0.9;

  @Override
  public String name() {
    return "depth";
  }

  @Override
  public String claim() {
    return "Residual connections let very deep networks be trained, which without them lose more"
        + " the deeper they are (sections 4.7 and 5.2, figure 5.3)";
  }

  @Override
  public Config defaults() {
    return Config.defaults(
        "layers", "20,56", // of each network, 6n + 2
        "steps", "150", // of SGD with momentum
        "batch", "32",
        "learning-rate", "0.05");
  }

  private record Trial(String name, long parameters, double[] gradients, double[] losses) {
    List<String> row() {
      int tenth = Math.max(1, losses.length / 10);
      return List.of(
          name,
          Long.toString(parameters),
          number(gradients[0]),
          number(gradients[gradients.length / 2]),
          number(gradients[gradients.length - 1]),
          number(mean(losses, 0, tenth)),
          number(mean(losses, losses.length - tenth, losses.length)));
    }
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).average().orElseThrow();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  @Override
  public Findings run(Config settings, Engine engine, Listener listener) {
    int[] layers = settings.integers("layers");
    int steps = settings.integer("steps");
    int batch = settings.integer("batch");
    double rate = settings.number("learning-rate");
    if (steps < 1 || batch < 1 || !(rate > 0)) {
      throw new IllegalArgumentException("steps, batch and learning-rate must be positive");
    }
    Dataset data = data();
    List<Trial> trials = new ArrayList<>();
    // Deeper networks take longer, in proportion.
    long all = 2L * IntStream.of(layers).sum() * steps;
    long done = 0;
    for (int count : layers) {
      for (String kind : List.of("plain", "resnet")) {
        String name = kind + count;
        long before = done;
        listener.at(name, before, all);
        var trial = new DepthTrial(engine, name, data, batch);
        double[] gradients = trial.gradients();
        double[] losses =
            trial.train(steps, rate, step -> listener.at(name, before + (long) step * count, all));
        trials.add(new Trial(name, trial.parameters(), gradients, losses));
        done += (long) steps * count;
      }
    }
    return findings(trials);
  }

  private static Dataset data() {
    try {
      return FashionMnist.embedded().training();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Findings findings(List<Trial> trials) {
    var gradients = new ArrayList<Chart.Line>();
    var losses = new ArrayList<Chart.Line>();
    for (Trial trial : trials) {
      int depth = trial.gradients().length;
      double[] places =
          IntStream.range(0, depth).mapToDouble(i -> i / Math.max(1.0, depth - 1)).toArray();
      gradients.add(new Chart.Line(trial.name(), places, trial.gradients()));
      double[] steps = IntStream.rangeClosed(1, trial.losses().length).asDoubleStream().toArray();
      losses.add(new Chart.Line(trial.name(), steps, smooth(trial.losses())));
    }
    return new Findings(
        List.of(
            "network",
            "parameters",
            "gradient_first",
            "gradient_middle",
            "gradient_last",
            "loss_begin",
            "loss_end"),
        trials.stream().map(Trial::row).toList(),
        List.of(
            new Chart(
                "gradient at the start",
                "depth of the convolution (0 first, 1 last)",
                "norm",
                false,
                true,
                gradients),
            new Chart("training loss", "step", "loss", false, false, losses)));
  }

  private static double[] smooth(double[] values) {
    double[] smooth = values.clone();
    for (int i = 1; i < smooth.length; i++) {
      smooth[i] = SMOOTHING * smooth[i - 1] + (1 - SMOOTHING) * values[i];
    }
    return smooth;
  }
}
