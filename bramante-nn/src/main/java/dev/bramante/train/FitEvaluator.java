package dev.bramante.train;

import dev.bramante.backend.Executable;
import dev.bramante.data.Batch;
import dev.bramante.data.BatchLoader;
import dev.bramante.data.Dataset;
import dev.bramante.data.Normalization;
import dev.bramante.data.Transform;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Type;
import dev.bramante.nn.Network;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** A network that predicts numbers, in evaluation mode. Not safe for use by several threads. */
public final class FitEvaluator implements Meter {
  private final Executable executable;
  private final Shape input;
  private final int outputs;
  private final int batch;
  private final boolean logits;
  private final float[] mean;
  private final float[] deviation;

  /**
   * Evaluates with the weights that an engine holds.
   *
   * @param targets how the numbers were normalised to train with
   * @throws IllegalArgumentException if the network gives more or fewer numbers
   */
  FitEvaluator(
      Engine engine,
      Network network,
      Shape input,
      Weights weights,
      Loss loss,
      Normalization targets,
      int batch) {
    Type type = Evaluator.batchType(input, batch);
    this.input = type.shape();
    this.batch = batch;
    this.mean = targets.mean();
    this.deviation = targets.deviation();
    this.outputs = mean.length;
    this.logits = loss instanceof Loss.BinaryCrossEntropy;
    var graph = Evaluation.output(network, List.of(type), weights);
    Shape output = graph.outputs().getFirst().type().shape();
    if (output.rank() != 2 || output.dim(1) != outputs) {
      throw new IllegalArgumentException(
          "the network gives %s, the data have %d numbers to predict".formatted(output, outputs));
    }
    this.executable = engine.compile(graph);
  }

  @Override
  public Fit measure(Dataset dataset, List<Transform> transforms, IntConsumer progress) {
    var sums = new Sums(outputs);
    try (var loader = BatchLoader.evaluation(dataset, batch, transforms)) {
      for (int i = 0; i < loader.stepsPerEpoch(); i++) {
        Batch next = loader.next();
        float[] predicted = executable.run(Tensor.of(input, next.inputs())).getFirst().floats();
        for (int j = 0; j < next.count() * outputs; j++) {
          sums.add(j % outputs, prediction(predicted[j], j % outputs), next.values()[j]);
        }
        progress.accept(Math.min(dataset.size(), (i + 1) * batch));
      }
    }
    return sums.fit(dataset.size());
  }

  /**
   * The numbers that belong to each of {@code count} inputs, in the units of the data.
   *
   * @param inputs one after the other
   * @throws IllegalArgumentException if there are more inputs than a batch holds
   */
  public float[][] predictions(float[] inputs, int count) {
    if (count > batch || inputs.length < count * (input.size() / batch)) {
      throw new IllegalArgumentException(count + " inputs don't fit a batch of " + batch);
    }
    float[] padded = Arrays.copyOf(inputs, input.size());
    float[] predicted = executable.run(Tensor.of(input, padded)).getFirst().floats();
    float[][] rows = new float[count][outputs];
    for (int i = 0; i < count * outputs; i++) {
      rows[i / outputs][i % outputs] = (float) prediction(predicted[i], i % outputs);
    }
    return rows;
  }

  private double prediction(float output, int column) {
    double number = logits ? 1 / (1 + Math.exp(-output)) : output;
    return number * deviation[column] + mean[column];
  }

  /** What the figures are made of; targets are moved by the first of their column, for accuracy. */
  private static final class Sums {
    private final double[] first;
    private final double[] sum;
    private final double[] squares;
    private final long[] counts;
    private double squaredErrors;
    private double absoluteErrors;

    Sums(int columns) {
      first = new double[columns];
      sum = new double[columns];
      squares = new double[columns];
      counts = new long[columns];
    }

    void add(int column, double predicted, double target) {
      if (counts[column]++ == 0) {
        first[column] = target;
      }
      double away = target - first[column];
      sum[column] += away;
      squares[column] += away * away;
      squaredErrors += (predicted - target) * (predicted - target);
      absoluteErrors += Math.abs(predicted - target);
    }

    Fit fit(int samples) {
      double spread = 0;
      long n = 0;
      for (int c = 0; c < counts.length; c++) {
        spread += squares[c] - sum[c] * sum[c] / counts[c];
        n += counts[c];
      }
      return new Fit(samples, squaredErrors / n, absoluteErrors / n, 1 - squaredErrors / spread);
    }
  }
}
