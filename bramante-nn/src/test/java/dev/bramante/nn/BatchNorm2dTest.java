package dev.bramante.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.Mode;
import dev.bramante.graph.ShapeException;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchNorm2dTest {
  private static final Type INPUT = Type.f32(2, 1, 2, 2);
  private static final Tensor X = Tensor.of(INPUT.shape(), 1f, 10, 3, -2, 0, 4, 8, 2);

  private record Run(List<double[]> outputs, Map<String, double[]> buffers) {}

  /** The layer with values of our own, and the gradient of the first output element to x. */
  private static Run run(BatchNorm2d layer, Mode mode) {
    var parameters = Parameters.of(layer);
    var trace = parameters.trace(mode);
    Value x = trace.input("x", INPUT);
    Value y = layer.forward(x);
    var held = new HashMap<Variable, Tensor>();
    parameters.byName().forEach((name, p) -> held.put(p.variable(), value(name, p)));
    Value first = y.reshape(-1).slice(0, 0, 1).sum();
    Value gradient = Gradients.of(first, List.of(x)).getFirst();
    parameters
        .byName()
        .values()
        .forEach(p -> trace.updated(p.variable()).ifPresent(v -> trace.assign(p.variable(), v)));
    var result = Reference.run(trace.graph(y, gradient), held, X);
    var buffers = new HashMap<String, double[]>();
    result
        .assigned()
        .forEach((variable, array) ->
            parameters
                .byName()
                .forEach((name, p) -> {
                  if (p.variable() == variable) {
                    buffers.put(name, array.values());
                  }
                }));
    return new Run(result.outputs().stream().map(array -> array.values()).toList(), buffers);
  }

  private static Tensor value(String name, Parameter p) {
    return switch (name) {
      case "weight" -> Tensor.of(p.shape(), 2f, -1);
      case "bias" -> Tensor.of(p.shape(), 0.5f, 1);
      case "running_mean" -> Tensor.of(p.shape(), 1f, 2);
      case "running_var" -> Tensor.of(p.shape(), 4f, 9);
      default -> Tensor.scalar(6f);
    };
  }

  @Test
  void namesAreThoseOfTheEcosystem() {
    var parameters = Parameters.of(new BatchNorm2d(3));
    assertEquals(
        List.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked"),
        parameters.names());
    assertEquals(6, parameters.count());
    Parameter count = parameters.byName().get("num_batches_tracked");
    assertEquals("I64[]", count.toStored(Tensor.scalar(7f)).toString());
    assertEquals(7, count.fromStored(Tensor.of(Shape.of(), 7L)).at(0));
  }

  @Test
  void trainingUsesTheBatchAndMovesTheRunningStatistics() {
    // Channel 0 holds 1, 3, 0, 8; channel 1 holds 10, -2, 4, 2: means 3 and 3.5.
    Run run = run(new BatchNorm2d(2), Mode.TRAINING);
    double[] y = run.outputs().get(0);
    double variance = (4 + 0 + 9 + 25) / 4.0;
    assertEquals(2 * (1 - 3) / Math.sqrt(variance + 1e-5) + 0.5, y[0], 1e-6);
    double other = (6.5 * 6.5 + 5.5 * 5.5 + 0.25 + 1.5 * 1.5) / 4;
    assertEquals(-(10 - 3.5) / Math.sqrt(other + 1e-5) + 1, y[1], 1e-6);
    assertEquals(0.9 * 1 + 0.1 * 3, run.buffers().get("running_mean")[0], 1e-6);
    assertEquals(0.9 * 4 + 0.1 * variance * 4 / 3, run.buffers().get("running_var")[0], 1e-6);
    assertEquals(7, run.buffers().get("num_batches_tracked")[0]);
  }

  @Test
  void theGradientGoesThroughTheStatistics() {
    double[] gradient = run(new BatchNorm2d(2), Mode.TRAINING).outputs().get(1);
    double deviation = Math.sqrt(38 / 4.0 + 1e-5);
    double[] x = {1, 3, 0, 8};
    for (int i = 0; i < 4; i++) {
      // dy is 1 at the first element: γ/σ · (dy − mean(dy) − x̂ · mean(dy · x̂)).
      double own = (x[i] - 3) / deviation;
      double wanted = 2 / deviation * ((i == 0 ? 1 : 0) - 0.25 - own * ((1 - 3) / deviation) / 4);
      assertEquals(wanted, gradient[2 * i], 1e-6);
      assertEquals(0, gradient[2 * i + 1], 1e-12);
    }
  }

  @Test
  void evaluationAndFrozenTrainingUseTheRunningStatistics() {
    var layer = new BatchNorm2d(2);
    Run evaluation = run(layer, Mode.EVALUATION);
    Run frozen = run(layer.asFrozen(), Mode.TRAINING);
    assertEquals(2 * (1 - 1) / 2.0 + 0.5, evaluation.outputs().get(0)[0], 1e-5);
    assertEquals(-(10 - 2) / 3.0 + 1, evaluation.outputs().get(0)[1], 1e-5);
    for (int i = 0; i < X.shape().size(); i++) {
      assertEquals(evaluation.outputs().get(0)[i], frozen.outputs().get(0)[i], 0);
    }
    assertEquals(1, frozen.outputs().get(1)[0], 1e-5);
    assertTrue(evaluation.buffers().isEmpty() && frozen.buffers().isEmpty());
  }

  @Test
  void aLayerUsedTwiceCountsTwice() {
    var layer = new BatchNorm2d(2);
    var parameters = Parameters.of(layer);
    var trace = parameters.trace(Mode.TRAINING);
    layer.forward(layer.forward(trace.input("x", INPUT)));
    Value count = trace.updated(layer.batches().variable()).orElseThrow();
    var held = new HashMap<Variable, Tensor>();
    parameters.byName().forEach((name, p) -> held.put(p.variable(), value(name, p)));
    assertEquals(8, Reference.run(trace.graph(count), held, X).output(0).at(0));
  }

  @Test
  void complaintsNameTheLayer() {
    var network = new Sequential(new BatchNorm2d(3));
    var trace = Parameters.of(network).trace(Mode.TRAINING);
    var e =
        assertThrows(
            ShapeException.class, () -> network.forward(trace.input("x", Type.f32(2, 3, 4, 5))));
    assertEquals(
        "batch normalisation takes images [N, H, W, 3], not F32[2, 3, 4, 5]; are the channels"
            + " first? (in layer 0)",
        e.getMessage());
    var one =
        assertThrows(
            ShapeException.class, () -> network.forward(trace.input("z", Type.f32(1, 1, 1, 3))));
    assertTrue(one.getMessage().contains("no variance to train by (in layer 0)"), one::getMessage);
  }
}
