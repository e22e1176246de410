package dev.bramante.train;

import dev.bramante.backend.Executable;
import dev.bramante.backend.Variables;
import dev.bramante.data.Batch;
import dev.bramante.data.BatchLoader;
import dev.bramante.data.Dataset;
import dev.bramante.data.Transform;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Type;
import dev.bramante.nn.Network;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A classifier in evaluation mode, for batches of one size. Not safe for use by several threads.
 */
public final class Evaluator implements Meter {
  private final Weights weights;
  private final Variables variables;
  private final int batch;
  private final Shape input;
  private final int classes;
  private final Executable executable;
  private final Tensor[] results;
  private final Tensor[] arguments;

  /** Evaluates with the weights that an engine holds. */
  public Evaluator(
      Engine engine, Network network, Shape input, Weights weights, Loss loss, int batch) {
    this.weights = weights;
    this.variables = engine.variables();
    this.batch = batch;
    Type type = batchType(input, batch);
    this.input = type.shape();
    Graph graph = Evaluation.measures(network, List.of(type), weights, loss);
    Shape logits = graph.outputs().getFirst().type().shape();
    if (logits.rank() != 2) {
      throw new IllegalArgumentException("a classifier gives [N, classes], not " + logits);
    }
    this.classes = logits.dim(1);
    this.executable = engine.compile(graph);
    this.results = new Tensor[] {Tensor.zeros(DType.F32, logits), Tensor.scalar(0f)};
    this.arguments = new Tensor[2];
  }

  /** Evaluates with weights of its own, by the names that checkpoints have. */
  public static Evaluator of(
      Engine engine, Network network, Shape input, Map<String, Tensor> values, int batch) {
    Weights weights = Weights.of(Parameters.of(network), ParameterGroup.all());
    weights.supply(engine.variables(), values);
    return new Evaluator(engine, network, input, weights, new Loss.CrossEntropy(), batch);
  }

  /** The type of a batch of inputs of the shape. */
  static Type batchType(Shape input, int batch) {
    int[] dims = new int[input.rank() + 1];
    dims[0] = batch;
    System.arraycopy(input.dims(), 0, dims, 1, input.rank());
    return Type.f32(dims);
  }

  /** The number of classes. */
  public int classes() {
    return classes;
  }

  /** The weights' layout. */
  public Weights weights() {
    return weights;
  }

  /** A copy of the weights, by the names that checkpoints have. */
  public Map<String, Tensor> values() {
    return weights.read(variables);
  }

  /** Measures the network on a data set. */
  public Measures measure(Dataset dataset, List<Transform> transforms) {
    return measure(dataset, transforms, done -> {});
  }

  @Override
  public Measures measure(Dataset dataset, List<Transform> transforms, IntConsumer progress) {
    var tally = new Tally(classes);
    try (var loader = BatchLoader.evaluation(dataset, batch, transforms)) {
      for (int i = 0; i < loader.stepsPerEpoch(); i++) {
        Batch next = loader.next();
        float[] logits = run(next.inputs(), next.targets());
        tally.add(logits, next.targets(), results[1].floats()[0]);
        progress.accept(Math.min(dataset.size(), (i + 1) * batch));
      }
    }
    return tally.measures();
  }

  /**
   * The probability of each class, for {@code count} inputs one after the other.
   *
   * @throws IllegalArgumentException if there are more inputs than a batch holds
   */
  public float[][] probabilities(float[] inputs, int count) {
    int size = input.size() / batch;
    if (count > batch || inputs.length < count * size) {
      throw new IllegalArgumentException(count + " inputs don't fit a batch of " + batch);
    }
    float[] padded = Arrays.copyOf(inputs, input.size());
    float[] logits = run(padded, new int[batch]);
    float[][] probabilities = new float[count][];
    for (int row = 0; row < count; row++) {
      probabilities[row] = softmax(logits, row);
    }
    return probabilities;
  }

  private float[] run(float[] inputs, int[] targets) {
    arguments[0] = Tensor.of(input, inputs);
    arguments[1] = Tensor.of(Shape.of(batch), targets);
    executable.run(arguments, results);
    return results[0].floats();
  }

  private float[] softmax(float[] logits, int row) {
    float top = logits[row * classes + Tally.largest(logits, classes, row)];
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[row * classes + c] - top);
    }
    float[] shares = new float[classes];
    for (int c = 0; c < classes; c++) {
      shares[c] = (float) (Math.exp(logits[row * classes + c] - top) / sum);
    }
    return shares;
  }
}
