package dev.bramante.cli;

import dev.bramante.engine.Engine;
import dev.bramante.models.Model;
import dev.bramante.tensor.Shape;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.DataFacts;
import dev.bramante.train.Meter;
import dev.bramante.train.SampleTask;
import dev.bramante.train.Score;
import dev.bramante.train.Task;
import dev.bramante.train.TrainSettings;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Pictures, or rows of a table.
 *
 * @param data as it was read
 */
record SampleData(TrainData data) implements RunData {
  @Override
  public String description() {
    return "%s: %,d to learn from, %,d to choose by, %,d to test with"
        .formatted(
            data.name(), data.training().size(), data.validation().size(), data.test().size());
  }

  @Override
  public Shape input(Model model) {
    return data.scaled(model.input()).training().inputShape();
  }

  @Override
  public RunSpec fitted(RunSpec spec, Set<String> asked) {
    Shape input = data.training().inputShape();
    int classes = data.training().classes().size();
    if (spec.model().equals("mlp")) {
      int[] widths = spec.network().integers("layers");
      widths[0] = input.size();
      widths[widths.length - 1] = classes;
      var text = IntStream.of(widths).mapToObj(Integer::toString).toList();
      return spec.fitted("layers", String.join(",", text), asked);
    }
    RunSpec fitted = spec.fitted("classes", Integer.toString(classes), asked);
    if (input.rank() == 3) {
      fitted = fitted.fitted(Recipe.IMAGE, Integer.toString(input.dim(0)), asked);
      fitted = fitted.fitted("channels", Integer.toString(input.dim(2)), asked);
    }
    return fitted;
  }

  @Override
  public Task task(Model model, TrainSettings settings) {
    TrainData scaled = data.scaled(model.input());
    return new SampleTask(
        scaled.training().inputShape(), settings, scaled.training(), scaled.validation());
  }

  @Override
  public Ending end(
      Engine engine, Model model, TrainSettings settings, Checkpoint best, Progress shown) {
    var test = data.scaled(model.input()).test();
    shown.begin("test", test.size());
    DataFacts facts = DataFacts.fromMetadata(best.metadata());
    Meter meter =
        Meter.of(
            engine,
            model.network(),
            test.inputShape(),
            best.best(),
            facts,
            settings,
            settings.batch());
    Score score = meter.measure(test, List.of(facts.normalization()), shown::at);
    shown.end();
    return new Ending("test", score);
  }

  @Override
  public List<String> classes() {
    return data.training().classes();
  }
}
