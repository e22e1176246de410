package dev.bramante.experiments;

import dev.bramante.backend.Executable;
import dev.bramante.config.Config;
import dev.bramante.data.text.PackedText;
import dev.bramante.data.text.TokenBatch;
import dev.bramante.data.text.Tokens;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Type;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.AdamW;
import dev.bramante.train.Loss;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Schedule;
import dev.bramante.train.StepArguments;
import dev.bramante.train.StepOptions;
import dev.bramante.train.TextMeter;
import dev.bramante.train.TokenScore;
import dev.bramante.train.TrainingStep;
import dev.bramante.train.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** One GPT of the experiment on scaling, and how well it does while it learns. */
final class ScalingTrial {
  private static final int SEED = 1;

  /** Elements of a head. */
  private static final int HEAD = 16;

  /** What suits the narrowest; wider ones take smaller steps. */
  private static final double RATE = 0.008;

  private final Engine engine;
  private final Model model;
  private final Weights weights;
  private final int batch;
  private final int length;
  private final int width;

  /**
   * How well a network does.
   *
   * @param parameters without the embeddings, which say little about what it can learn
   * @param tokens that it has learnt from
   * @param loss on other text, in nats a token
   */
  record Point(int width, long parameters, long tokens, double loss) {}

  ScalingTrial(Engine engine, Config settings, int width, int vocabulary) {
    this.engine = engine;
    this.width = width;
    this.batch = settings.integer("batch");
    this.length = settings.integer("length");
    if (width < HEAD || width % HEAD != 0) {
      throw new IllegalArgumentException(
          "widths must be multiples of %d, not %d".formatted(HEAD, width));
    }
    this.model =
        Models.create(
            "gpt",
            Map.of(
                "positions", settings.text("length"),
                "length", settings.text("length"),
                "layers", settings.text("layers"),
                "dropout", "0",
                "vocab", Integer.toString(vocabulary),
                "width", Integer.toString(width),
                "heads", Integer.toString(width / HEAD)));
    this.weights = Weights.of(model.parameters(), ParameterGroup.byRank());
    weights.write(engine.variables(), weights.initial(SEED));
  }

  private long parameters() {
    return model.parameters().byName().entrySet().stream()
        .filter(entry -> !entry.getKey().matches(".*\\.w[tp]e\\..*"))
        .mapToLong(entry -> entry.getValue().shape().size())
        .sum();
  }

  /** Learns, and is measured whenever it has seen twice as many tokens, and at the end. */
  List<Point> train(Tokens training, PackedText validation, int steps, LongConsumer progress) {
    var options = new StepOptions(new Loss.CrossEntropy(), new AdamW(0.9, 0.95, 1e-8, 0.1));
    Type type = new Type(DType.I32, Shape.of(batch, length));
    var step = new TrainingStep(model.network(), List.of(type), weights, options);
    Graph graph = step.update();
    Executable executable = engine.compile(graph);
    var arguments = new StepArguments(graph, options.optimizer(), SEED);
    double rate = RATE * Math.sqrt((double) HEAD / width);
    Schedule schedule = Schedule.warmup(Math.max(1, steps / 16), Schedule.constant(rate));
    var meter = new TextMeter(engine, model.network(), weights, validation);
    var texts = PackedText.training(training, length, batch, SEED);
    var given = new TokenBatch(texts);
    Tensor[] loss = {Tensor.scalar(0f)};
    var points = new ArrayList<Point>();
    for (int i = 0; i < steps; i++) {
      texts.fill(i / texts.count(), i % texts.count(), given);
      var ids = List.of(Tensor.of(type.shape(), given.input(0)));
      Tensor targets = Tensor.of(type.shape(), given.targets());
      executable.run(arguments.of(ids, targets, i, i, schedule.rate(i)), loss);
      if (isMeasured(i + 1, steps)) {
        var score = (TokenScore) meter.measure(_ -> {});
        points.add(new Point(width, parameters(), (i + 1L) * batch * length, score.loss()));
      }
      progress.accept(i + 1);
    }
    return points;
  }

  /** At the end, at its half, quarter and eighth. */
  private static boolean isMeasured(int done, int steps) {
    return done == steps || 2 * done == steps || 4 * done == steps || 8 * done == steps;
  }
}
