package dev.bramante.experiments;

import dev.bramante.config.Config;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Value;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Layer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Section 5.1: a perceptron of one hidden layer comes as near to a continuous function on a compact
 * set as one likes, if the layer is wide enough and its activation is continuous and no polynomial.
 */
final class Approximation implements Experiment {
  private enum Activations {
    RELU(Activation.RELU),
    TANH(Activation.TANH),
    GELU(Activation.GELU),
    SQUARE(new Square());

    private final Layer layer;

    Activations(Layer layer) {
      this.layer = layer;
    }
  }

  /** A polynomial: with it, the network is a parabola however wide it is. */
  private record Square() implements Layer {
    @Override
    public Value forward(Value x) {
      return x.times(x);
    }
  }

  @Override
  public String name() {
    return "approximation";
  }

  @Override
  public String claim() {
    return "One hidden layer that is wide enough approximates any continuous function on a compact"
        + " set, if the activation is no polynomial (section 5.1)";
  }

  @Override
  public Config defaults() {
    return Config.defaults(
        "widths", "1,2,4,8,16,32,64,128", // of the hidden layer
        "steps", "4000", // of AdamW, on all points at once
        "seeds", "3" // of which the best counts, since the claim is that weights exist
        );
  }

  private record Trial(
      Target target,
      Activations activation,
      int width,
      long parameters,
      Approximator.Distance distance) {
    List<String> row() {
      return List.of(
          label(target),
          label(activation),
          Integer.toString(width),
          Long.toString(parameters),
          number(distance.rms()),
          number(distance.max()));
    }
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2e", value);
  }

  @Override
  public Findings run(Config settings, Engine engine, Listener listener) {
    int[] widths = settings.integers("widths");
    int steps = settings.integer("steps");
    int seeds = settings.integer("seeds");
    if (IntStream.of(widths).anyMatch(width -> width < 1) || steps < 1 || seeds < 1) {
      throw new IllegalArgumentException("widths, steps and seeds must be at least 1");
    }
    List<Trial> trials = new ArrayList<>();
    long total = (long) Activations.values().length * widths.length * Target.values().length;
    for (Activations activation : Activations.values()) {
      for (int width : widths) {
        var approximator = new Approximator(engine, activation.layer, width);
        for (Target target : Target.values()) {
          listener.at(label(activation) + " of width " + width, trials.size(), total);
          trials.add(best(approximator, target, activation, width, steps, seeds));
        }
      }
    }
    return new Findings(
        List.of("function", "activation", "width", "parameters", "rms_error", "max_error"),
        Stream.of(Target.values())
            .flatMap(target -> trials.stream().filter(trial -> trial.target() == target))
            .map(Trial::row)
            .toList(),
        Stream.of(Target.values()).<Picture>map(target -> chart(target, widths, trials)).toList());
  }

  private static Trial best(
      Approximator approximator,
      Target target,
      Activations activation,
      int width,
      int steps,
      int seeds) {
    var distance =
        IntStream.rangeClosed(1, seeds)
            .mapToObj(seed -> approximator.fit(target::at, steps, seed))
            .min(Comparator.comparingDouble(Approximator.Distance::max))
            .orElseThrow();
    return new Trial(target, activation, width, approximator.parameters(), distance);
  }

  private static Chart chart(Target target, int[] widths, List<Trial> trials) {
    var lines = new ArrayList<Chart.Line>();
    for (Activations activation : Activations.values()) {
      double[] errors =
          trials.stream()
              .filter(trial -> trial.target() == target && trial.activation() == activation)
              .mapToDouble(trial -> trial.distance().max())
              .toArray();
      double[] across = IntStream.of(widths).asDoubleStream().toArray();
      lines.add(new Chart.Line(label(activation), across, errors));
    }
    return new Chart(label(target), "hidden units", "largest error", true, true, lines);
  }
}
