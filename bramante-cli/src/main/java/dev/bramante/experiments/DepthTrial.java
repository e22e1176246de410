package dev.bramante.experiments;

import dev.bramante.autodiff.Gradients;
import dev.bramante.backend.Executable;
import dev.bramante.data.Batch;
import dev.bramante.data.BatchLoader;
import dev.bramante.data.Dataset;
import dev.bramante.data.Normalization;
import dev.bramante.data.Transform;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Loss;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Schedule;
import dev.bramante.train.Sgd;
import dev.bramante.train.StepArguments;
import dev.bramante.train.StepOptions;
import dev.bramante.train.TrainingStep;
import dev.bramante.train.Weights;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** One network of the experiment on depth. */
final class DepthTrial {
  private static final Loss LOSS = new Loss.CrossEntropy();
  private static final int SEED = 1;

  private final Engine engine;
  private final Model model;
  private final Weights weights;
  private final Dataset data;
  private final List<Transform> normalization;
  private final Type input;

  DepthTrial(Engine engine, String name, Dataset data, int batch) {
    this.engine = engine;
    Shape image = data.inputShape();
    this.model =
        Models.create(
            name,
            Map.of(
                "image", Integer.toString(image.dim(0)),
                "channels", Integer.toString(image.dim(2)),
                "classes", Integer.toString(data.classes().size())));
    this.weights = Weights.of(model.parameters(), ParameterGroup.byRank());
    this.data = data;
    this.normalization = List.of(Normalization.measure(data));
    this.input = model.batch(batch).getFirst();
    weights.write(engine.variables(), weights.initial(SEED));
  }

  long parameters() {
    return model.parameters().count();
  }

  /**
   * The norms of the gradients of the convolutions' weights on a first batch, from the input on.
   */
  double[] gradients() {
    Trace trace = model.parameters().trace(Mode.TRAINING);
    List<Value> bound = weights.bind(trace);
    Value y = model.network().forward(List.of(trace.input("x", input)));
    Value target = trace.input("target", LOSS.targets(y.type()));
    List<Value> convolutions = bound.stream().filter(value -> value.shape().rank() == 4).toList();
    List<Value> norms =
        Gradients.of(LOSS.of(y, target), convolutions).stream()
            .map(gradient -> gradient.times(gradient).sum().sqrt())
            .toList();
    Executable executable = engine.compile(trace.graph(norms.toArray(Value[]::new)));
    try (var loader = loader()) {
      Batch first = loader.next();
      return executable.run(inputs(first), targets(first)).stream()
          .mapToDouble(norm -> norm.at(0))
          .toArray();
    }
  }

  /** Trains with momentum, and gives the loss of each step. */
  double[] train(int steps, double rate, IntConsumer progress) {
    var options = new StepOptions(LOSS, new Sgd(0.9, false, 1e-4));
    var step = new TrainingStep(model.network(), List.of(input), weights, options);
    Graph graph = step.update();
    Executable executable = engine.compile(graph);
    var arguments = new StepArguments(graph, options.optimizer(), SEED);
    Schedule schedule = Schedule.warmup(steps / 10, Schedule.constant(rate));
    Tensor[] loss = {Tensor.scalar(0f)};
    double[] losses = new double[steps];
    try (var loader = loader()) {
      for (int i = 0; i < steps; i++) {
        Batch batch = loader.next();
        executable.run(
            arguments.of(List.of(inputs(batch)), targets(batch), i, i, schedule.rate(i)), loss);
        losses[i] = loss[0].floats()[0];
        progress.accept(i + 1);
      }
    }
    return losses;
  }

  private BatchLoader loader() {
    return BatchLoader.training(data, input.shape().dim(0), SEED, normalization, 0, 0);
  }

  private Tensor inputs(Batch batch) {
    return Tensor.of(input.shape(), batch.inputs());
  }

  private static Tensor targets(Batch batch) {
    return Tensor.of(Shape.of(batch.targets().length), batch.targets());
  }
}
