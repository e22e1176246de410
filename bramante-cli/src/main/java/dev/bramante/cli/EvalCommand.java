package dev.bramante.cli;

import dev.bramante.data.Dataset;
import dev.bramante.data.image.BrokenImages;
import dev.bramante.train.Fit;
import dev.bramante.train.Measures;
import dev.bramante.train.Meter;
import dev.bramante.train.Score;
import dev.bramante.train.TokenScore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a trained network. */
@Command(
    name = "eval",
    description = "Measure a run's network on its test data, or on other data.",
    footer = {
      "",
      "Without RUN, --weights and --data measure weights of others on pictures: --labels names the",
      "classes; without it, the folders of the data do, in the order of their names."
    })
final class EvalCommand extends BaseCommand {
  private static final int BATCH = 64;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "A run's folder, or a checkpoint of one.")
  private Optional<Path> place = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Pictures in folders of classes or a zip file, IDX files in a folder, a table .csv, a text or"
              + " a folder of texts, or pairs .tsv: what the run learnt.")
  private Optional<String> data = Optional.empty();

  @Mixin private ClassifierMixin classifier;
  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  private record FitAnswer(
      String run, String data, int count, double mse, double mae, double r2, List<String> targets) {
    @Override
    public String toString() {
      return "data      %s, %,d samples, to predict %s%nR²        %.4f%nMSE       %.6g%nMAE       %.6g%n"
          .formatted(data, count, String.join(", ", targets), r2, mse, mae);
    }
  }

  @Override
  public Integer call() throws Exception {
    Object answer;
    try (var shown = progress.on(err())) {
      answer = answer(shown);
    }
    if (json.wanted()) {
      JsonMixin.print(out(), answer);
    } else {
      out().print(answer);
    }
    return 0;
  }

  private Object answer(Progress shown) throws IOException {
    if (place.isPresent() && TextModel.isRun(place.get())) {
      return TextEval.answer(place.get(), data, engine.engine(), shown);
    }
    shown.begin("reading");
    Run run = run();
    String name = place.or(classifier::place).orElseThrow().toString();
    String source = data.orElse(run.source());
    List<String> classes = run.facts().classes();
    var broken = BrokenImages.skipped(line -> shown.aside(() -> err().println("skipped: " + line)));
    Dataset test =
        source.equals(run.source())
            ? TrainData.test(source, run.input(), run.targets(), broken)
            : TrainData.other(source, run, broken);
    if (!test.inputShape().equals(run.input()) || !test.classes().equals(classes)) {
      throw new CommandException(
          "%s has inputs %s and the classes %s, the network takes %s and knows %s"
              .formatted(source, test.inputShape(), test.classes(), run.input(), classes));
    }
    shown.begin("compiling");
    Meter meter = run.meter(engine.engine(), BATCH);
    shown.begin("eval", test.size());
    Score score = meter.measure(test, List.of(run.facts().normalization()), shown::at);
    return switch (score) {
      case Measures measures -> ClassAnswer.of(name, TrainData.name(source), measures, classes);
      case Fit fit ->
          new FitAnswer(
              name, TrainData.name(source), fit.count(), fit.mse(), fit.mae(), fit.r2(), classes);
      case TokenScore _ -> throw new IllegalStateException("samples have no tokens");
    };
  }

  private Run run() throws IOException {
    if (place.isPresent()) {
      if (classifier.place().isPresent()) {
        throw new CommandException("give either a run or --weights, not both");
      }
      return Run.open(place.get());
    }
    if (classifier.place().isEmpty()) {
      throw new CommandException("which run? Give its folder, or --weights with --data");
    }
    String source =
        data.orElseThrow(() -> new CommandException("on which data? Give --data with --weights"));
    Classifier opened = classifier.open(err());
    List<String> classes = opened.classes();
    if (!opened.named() && PictureData.is(source)) {
      List<String> folders = PictureData.of(source).folder().classes();
      classes = folders.size() == classes.size() ? folders : classes;
    }
    return opened.runOf(classes);
  }
}
