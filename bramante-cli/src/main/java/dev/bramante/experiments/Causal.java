package dev.bramante.experiments;

import dev.bramante.config.Config;
import dev.bramante.engine.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Sections 3.2 and 5.3: with causal attention no position sees what comes later, so the losses of
 * all positions of a text come from one pass.
 */
final class Causal implements Experiment {
  /** A picture of more positions could not be read. */
  private static final int MOST_SHOWN = 32;

  @Override
  public String name() {
    return "causal";
  }

  @Override
  public String claim() {
    return "Changing a later token never changes an earlier position's logits, so that one pass"
        + " gives the losses of all positions (sections 3.2 and 5.3, figure 5.8)";
  }

  @Override
  public Config defaults() {
    return Config.defaults(
        "lengths", "8,16,32,64", // of the texts, in tokens
        "vocab", "97", // different tokens
        "width", "64", // of the GPT, with random weights
        "layers", "3",
        "heads", "4",
        "repetitions", "15" // of which the median time counts
        );
  }

  @Override
  public Findings run(Config settings, Engine engine, Listener listener) {
    int[] lengths = settings.integers("lengths");
    int repetitions = settings.integer("repetitions");
    if (repetitions < 1 || Arrays.stream(lengths).anyMatch(length -> length < 2)) {
      throw new IllegalArgumentException("lengths must be at least 2, repetitions at least 1");
    }
    long all = Arrays.stream(lengths).asLongStream().sum();
    long done = 0;
    List<CausalTrial> trials = new ArrayList<>();
    for (int length : lengths) {
      listener.at(length + " tokens", done, all);
      trials.add(CausalTrial.of(engine, settings, length, repetitions));
      done += length;
    }
    return new Findings(
        List.of(
            "length",
            "change_earlier",
            "change_later",
            "loss_one_pass",
            "loss_separate",
            "difference",
            "ms_one_pass",
            "ms_separate"),
        trials.stream().map(Causal::row).toList(),
        List.of(map(shown(trials)), times(trials)));
  }

  private static List<String> row(CausalTrial trial) {
    return List.of(
        Integer.toString(trial.length()),
        number("%.3g", trial.changeEarlier()),
        number("%.3g", trial.changeLater()),
        number("%.6f", trial.lossOfOnePass()),
        number("%.6f", trial.lossOfSeparate()),
        number("%.2g", trial.difference()),
        number("%.3f", trial.millisecondsOfOnePass()),
        number("%.3f", trial.millisecondsOfSeparate()));
  }

  private static String number(String format, double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, format, value);
  }

  private static CausalTrial shown(List<CausalTrial> trials) {
    return trials.reversed().stream()
        .filter(trial -> trial.length() <= MOST_SHOWN)
        .findFirst()
        .orElse(trials.getFirst());
  }

  /** In powers of ten, since the changed position changes most by far. */
  private static HeatMap map(CausalTrial trial) {
    double floor = Math.log10(trial.changeLater()) - 1;
    double[][] values =
        Arrays.stream(trial.changes())
            .map(row ->
                Arrays.stream(row).map(change -> Math.max(floor, Math.log10(change))).toArray())
            .toArray(double[][]::new);
    List<String> positions =
        IntStream.range(0, trial.length()).mapToObj(Integer::toString).toList();
    return new HeatMap(
        "largest change of a logit, in powers of ten; white for none",
        "position of the logits",
        "changed token",
        positions,
        positions,
        values);
  }

  private static Chart times(List<CausalTrial> trials) {
    return new Chart(
        "time for the losses of all positions",
        "tokens",
        "ms",
        true,
        true,
        List.of(
            line("one pass", trials, CausalTrial::millisecondsOfOnePass),
            line("a pass for each", trials, CausalTrial::millisecondsOfSeparate)));
  }

  private static Chart.Line line(
      String name, List<CausalTrial> trials, ToDoubleFunction<CausalTrial> value) {
    return new Chart.Line(
        name,
        trials.stream().mapToDouble(CausalTrial::length).toArray(),
        trials.stream().mapToDouble(value).toArray());
  }
}
