package dev.bramante.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.engine.EngineOptions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Type;
import dev.bramante.nn.Activation;
import dev.bramante.nn.BatchNorm2d;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.Flatten;
import dev.bramante.nn.GlobalAvgPool2d;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Parameters;
import dev.bramante.nn.Recomputed;
import dev.bramante.nn.Sequential;
import dev.bramante.parity.Fill;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Running statistics in training: updates, accumulation, averages and checkpoints. */
class BuffersTest {
  private static final Type INPUT = Type.f32(4, 6, 6, 2);
  private static final Tensor X = Fill.input(INPUT.shape());
  private static final Tensor TARGET = Tensor.of(Shape.of(4), 0, 2, 1, 1);
  private static final Loss LOSS = new Loss.CrossEntropy();
  private static final Optimizer SGD = new Sgd(0.9, false, 1e-4);

  @TempDir private Path folder;

  private final Engine engine = new Engine(EngineOptions.defaults());

  private static Layer network() {
    return new Sequential(
        new Conv2d(2, 5, 3), new BatchNorm2d(5), Activation.RELU, new Flatten(), new Linear(80, 3));
  }

  private TrainingStep step(int accumulation, double average) {
    Layer network = network();
    var weights = Weights.of(Parameters.of(network), ParameterGroup.byRank());
    var options = new StepOptions(LOSS, SGD, Double.POSITIVE_INFINITY, accumulation, average);
    var step = new TrainingStep(network, List.of(INPUT), weights, options);
    new TrainingState(step, engine.variables()).initialise(3);
    return step;
  }

  private void run(Graph graph, long update) {
    var arguments = new StepArguments(graph, SGD, 7);
    engine.compile(graph).run(arguments.of(List.of(X), TARGET, update, update, 0.1));
  }

  private Map<String, Tensor> held(Weights weights) {
    return weights.read(engine.variables());
  }

  @Test
  void aStepMovesThemAndTheOptimizerDoesNot() {
    var step = step(1, 0);
    var before = held(step.weights());
    assertEquals(
        Tensor.of(Shape.of(), 0L).toString(), before.get("1.num_batches_tracked").toString());
    run(step.update(), 0);
    run(step.update(), 1);
    var after = held(step.weights());
    assertEquals(2, after.get("1.num_batches_tracked").at(0));
    assertEquals(DType.I64, after.get("1.num_batches_tracked").dtype());
    assertFalse(before.get("1.running_mean").sameBits(after.get("1.running_mean")));
    assertFalse(step.state().get("momentum").read(engine.variables()).containsKey("1.running_var"));
  }

  @Test
  void everyAccumulatedBatchCounts() {
    var step = step(3, 0);
    run(step.gather(), 0);
    run(step.gather(), 0);
    run(step.update(), 0);
    assertEquals(3, held(step.weights()).get("1.num_batches_tracked").at(0));
  }

  @Test
  void averagesFollowThem() {
    var step = step(1, 0.75);
    var before = held(step.weights());
    run(step.update(), 0);
    var now = held(step.weights());
    var average = held(step.averages());
    for (String name : before.keySet()) {
      boolean counter = name.endsWith("tracked");
      double kept = counter ? 0 : 0.75;
      double wanted = kept * before.get(name).at(0) + (1 - kept) * now.get(name).at(0);
      assertEquals(wanted, average.get(name).at(0), 1e-6, name);
    }
    assertEquals(1, average.get("1.num_batches_tracked").at(0));
  }

  @Test
  void aRestoredStateGoesOnWithTheSameBits() throws Exception {
    var step = step(1, 0.9);
    var state = new TrainingState(step, engine.variables());
    run(step.update(), 0);
    Path file = folder.resolve("last.safetensors");
    state.save(file, Map.of());
    run(step.update(), 1);
    var wanted = held(step.weights());

    var other = step(1, 0.9);
    var fresh = new TrainingState(other, engine.variables());
    fresh.restore(Checkpoint.read(file, Parameters.of(network())));
    run(other.update(), 1);
    var resumed = held(other.weights());
    wanted.forEach((name, tensor) -> assertTrue(tensor.sameBits(resumed.get(name)), name));
  }

  @Test
  void aRecomputedPartUpdatesThemOnce() {
    Type large = Type.f32(4, 40, 40, 2);
    Layer plain = large(false);
    Layer recomputed = large(true);
    var results = new ArrayList<Map<String, Tensor>>();
    for (Layer network : List.of(plain, recomputed)) {
      var weights = Weights.of(Parameters.of(network), ParameterGroup.byRank());
      var step = new TrainingStep(network, List.of(large), weights, new StepOptions(LOSS, SGD));
      new TrainingState(step, engine.variables()).initialise(3);
      Graph graph = step.update();
      var arguments = new StepArguments(graph, SGD, 7);
      engine
          .compile(graph)
          .run(arguments.of(List.of(Fill.input(large.shape())), TARGET, 0, 0, 0.1));
      results.add(held(weights));
    }
    assertEquals(results.get(0).keySet(), results.get(1).keySet());
    results
        .get(0)
        .forEach((name, tensor) -> assertTrue(tensor.sameBits(results.get(1).get(name)), name));
    assertEquals(1, results.get(1).get("0.1.num_batches_tracked").at(0));
  }

  private static Layer large(boolean recomputed) {
    Layer part =
        new Sequential(
            new Conv2d(2, 8, 3, 1, 1),
            new BatchNorm2d(8),
            Activation.RELU,
            new Conv2d(8, 8, 3, 1, 1),
            new BatchNorm2d(8),
            Activation.RELU);
    return new Sequential(
        recomputed ? new Recomputed(part) : part, new GlobalAvgPool2d(), new Linear(8, 3));
  }
}
