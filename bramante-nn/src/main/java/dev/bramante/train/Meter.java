package dev.bramante.train;

import dev.bramante.data.Dataset;
import dev.bramante.data.Transform;
import dev.bramante.engine.Engine;
import dev.bramante.nn.Network;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** Measures a network on data sets of one kind. */
public sealed interface Meter permits Evaluator, FitEvaluator {
  /**
   * Measures the network on a data set.
   *
   * @param transforms what is done to each input
   * @param progress is told after each batch how many samples are done
   */
  Score measure(Dataset dataset, List<Transform> transforms, IntConsumer progress);

  /** Measures with the weights that an engine holds. */
  static Meter of(
      Engine engine,
      Network network,
      Shape input,
      Weights weights,
      DataFacts facts,
      TrainSettings settings,
      int batch) {
    return facts
        .targets()
        .<Meter>map(targets ->
            new FitEvaluator(
                engine, network, input, weights, settings.options().loss(), targets, batch))
        .orElseGet(
            () -> new Evaluator(engine, network, input, weights, new Loss.CrossEntropy(), batch));
  }

  /** Measures with weights of its own, by the names that checkpoints have. */
  static Meter of(
      Engine engine,
      Network network,
      Shape input,
      Map<String, Tensor> values,
      DataFacts facts,
      TrainSettings settings,
      int batch) {
    Weights weights = Weights.of(Parameters.of(network), ParameterGroup.all());
    weights.supply(engine.variables(), values);
    return of(engine, network, input, weights, facts, settings, batch);
  }
}
