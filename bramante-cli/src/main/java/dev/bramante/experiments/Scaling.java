package dev.bramante.experiments;

import dev.bramante.config.Config;
import dev.bramante.data.text.Austen;
import dev.bramante.data.text.PackedText;
import dev.bramante.data.text.TextSource;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokenizers;
import dev.bramante.data.text.Tokens;
import dev.bramante.engine.Engine;
import dev.bramante.experiments.ScalingTrial.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Section 5.3: the loss of a language model falls with its parameters and with the tokens that it
 * learns from, each by a power law over many orders of magnitude (Kaplan et al. 2020).
 */
final class Scaling implements Experiment {
  @Override
  public String name() {
    return "scaling";
  }

  @Override
  public String claim() {
    return "The loss of a GPT falls by power laws with its parameters and with the tokens that it"
        + " learns from (section 5.3)";
  }

  @Override
  public Config defaults() {
    return Config.defaults(
        "widths", "16,32,64,96,128", // of the networks, multiples of 16
        "layers", "3",
        "steps", "1024", // of each; divisible by 8
        "batch", "16",
        "length", "64", // characters that a network sees at once
        "measured", "32768" // characters of the novel that it is measured by
        );
  }

  @Override
  public Findings run(Config settings, Engine engine, Listener listener) {
    int[] widths = settings.integers("widths");
    int steps = settings.integer("steps");
    if (steps < 8 || steps % 8 != 0 || widths.length < 2) {
      throw new IllegalArgumentException("steps must be a multiple of 8, widths at least two");
    }
    try {
      return findings(trials(settings, engine, widths, steps, listener));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Point> trials(
      Config settings, Engine engine, int[] widths, int steps, Listener listener)
      throws IOException {
    Tokenizer characters = characters();
    var points = new ArrayList<Point>();
    long all = (long) steps * Arrays.stream(widths).sum();
    long done = 0;
    try (Tokens training = tokens(characters, Austen.training());
        Tokens other = tokens(characters, Austen.validation())) {
      Tokens part = other.part(0, Math.min(other.size(), settings.integer("measured")));
      var validation =
          PackedText.inOrder(part, settings.integer("length"), settings.integer("batch"));
      for (int width : widths) {
        long before = done;
        var trial = new ScalingTrial(engine, settings, width, characters.size());
        points.addAll(
            trial.train(
                training,
                validation,
                steps,
                step -> listener.at("width " + width, before + step * width, all)));
        done += (long) steps * width;
      }
    }
    return points;
  }

  private static Tokenizer characters() throws IOException {
    var text = new StringBuilder();
    for (TextSource novel : Austen.training()) {
      text.append(novel.text());
    }
    return Tokenizers.characters(text.toString());
  }

  private static Tokens tokens(Tokenizer tokenizer, List<TextSource> texts) throws IOException {
    return Tokens.inMemory(tokenizer, texts, OptionalInt.empty());
  }

  private static Findings findings(List<Point> points) {
    Point last = points.getLast();
    PowerLaw byParameters =
        law(points, point -> point.tokens() == last.tokens(), Point::parameters);
    PowerLaw byTokens =
        law(points, point -> point.parameters() == last.parameters(), Point::tokens);
    return new Findings(
        List.of("width", "parameters", "tokens", "loss", "bits_per_character", "law"),
        points.stream().map(point -> row(point, last, byParameters, byTokens)).toList(),
        List.of(
            chart(
                "loss after %,d tokens; law: %s".formatted(last.tokens(), byParameters.text("N")),
                "parameters N without embeddings",
                points.stream().filter(point -> point.tokens() == last.tokens()).toList(),
                Point::parameters,
                byParameters),
            chart(
                "loss of width %d; law: %s".formatted(last.width(), byTokens.text("D")),
                "tokens D",
                points.stream().filter(point -> point.width() == last.width()).toList(),
                Point::tokens,
                byTokens)),
        List.of(
            "by parameters: loss = %s, error %.1f %%"
                .formatted(byParameters.text("N"), 100 * byParameters.error()),
            "by tokens:     loss = %s, error %.1f %%"
                .formatted(byTokens.text("D"), 100 * byTokens.error())));
  }

  private static PowerLaw law(
      List<Point> points, Predicate<Point> chosen, ToDoubleFunction<Point> size) {
    List<Point> some = points.stream().filter(chosen).toList();
    return PowerLaw.fit(
        some.stream().mapToDouble(size).toArray(),
        some.stream().mapToDouble(Point::loss).toArray());
  }

  /** With what a law says, where one is fitted to the point. */
  private static List<String> row(
      Point point, Point last, PowerLaw byParameters, PowerLaw byTokens) {
    String law = "";
    if (point.tokens() == last.tokens()) {
      law = number(byParameters.at(point.parameters()));
    } else if (point.width() == last.width()) {
      law = number(byTokens.at(point.tokens()));
    }
    return List.of(
        Integer.toString(point.width()),
        Long.toString(point.parameters()),
        Long.toString(point.tokens()),
        number(point.loss()),
        number(point.loss() / Math.log(2)),
        law);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static Chart chart(
      String title, String across, List<Point> points, ToDoubleFunction<Point> size, PowerLaw law) {
    double[] x = points.stream().mapToDouble(size).toArray();
    double[] losses = points.stream().mapToDouble(Point::loss).toArray();
    double[] fitted = Arrays.stream(x).map(law::at).toArray();
    return new Chart(
        title,
        across,
        "nats a character",
        true,
        true,
        List.of(new Chart.Line("measured", x, losses), new Chart.Line("law", x, fitted)));
  }
}
