package dev.bramante.experiments;

import dev.bramante.backend.Executable;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Parameters;
import dev.bramante.nn.Sequential;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.AdamW;
import dev.bramante.train.Evaluation;
import dev.bramante.train.Loss;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Schedule;
import dev.bramante.train.StepArguments;
import dev.bramante.train.StepOptions;
import dev.bramante.train.TrainingStep;
import dev.bramante.train.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** A perceptron of one hidden layer that is fitted to functions on [−1, 1], one after the other. */
final class Approximator {
  private static final int POINTS = 256;

  /** Between the points that it is fitted to, too. */
  private static final int GRID = 2001;

  private static final double RATE = 0.01;

  /** Of 1, 4, 8 and 16, what brings the widest networks nearest to most functions. */
  private static final float STEEPNESS = 8;

  private static final List<String> HIDDEN = List.of("0.weight", "0.bias");

  private final Engine engine;
  private final Parameters parameters;
  private final Weights weights;
  private final TrainingStep step;
  private final Executable training;
  private final Graph trainingGraph;
  private final Executable evaluation;
  private final Tensor points = inputs(POINTS);
  private final Tensor grid = inputs(GRID);

  /**
   * How far a function is from another.
   *
   * @param rms the root of the mean squared difference
   * @param max the largest difference
   */
  record Distance(double rms, double max) {}

  Approximator(Engine engine, Layer activation, int width) {
    this.engine = engine;
    var network = new Sequential(new Linear(1, width), activation, new Linear(width, 1));
    this.parameters = Parameters.of(network);
    this.weights = Weights.of(parameters, ParameterGroup.all());
    var options = new StepOptions(new Loss.MeanSquaredError(), new AdamW(0));
    this.step = new TrainingStep(network, List.of(Type.f32(POINTS, 1)), weights, options);
    this.trainingGraph = step.update();
    this.training = engine.compile(trainingGraph);
    this.evaluation =
        engine.compile(Evaluation.output(network, List.of(Type.f32(GRID, 1)), weights));
  }

  private static Tensor inputs(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) x(i, count);
    }
    return Tensor.of(Shape.of(count, 1), values);
  }

  private static double x(int i, int count) {
    return -1 + 2.0 * i / (count - 1);
  }

  /** The number of learnt numbers. */
  long parameters() {
    return parameters.count();
  }

  /** Begins anew, follows the gradient for a number of steps, and measures what is left. */
  Distance fit(DoubleUnaryOperator function, int steps, long seed) {
    weights.write(engine.variables(), initial(seed));
    for (Weights kept : step.state().values()) {
      kept.variables().forEach(this::clear);
    }
    float[] values = new float[POINTS];
    for (int i = 0; i < POINTS; i++) {
      values[i] = (float) function.applyAsDouble(x(i, POINTS));
    }
    Tensor targets = Tensor.of(Shape.of(POINTS, 1), values);
    var arguments = new StepArguments(trainingGraph, step.options().optimizer(), seed);
    Schedule schedule = Schedule.cosine(RATE, 0, steps);
    Tensor[] loss = {Tensor.scalar(0f)};
    for (int i = 0; i < steps; i++) {
      training.run(arguments.of(List.of(points), targets, i, i, schedule.rate(i)), loss);
    }
    return distance(function);
  }

  /** Steep units, so that the network can be more than nearly linear early on. */
  private Map<String, Tensor> initial(long seed) {
    Map<String, Tensor> values = new LinkedHashMap<>(weights.initial(seed));
    for (String name : HIDDEN) {
      float[] steeper = values.get(name).floats().clone();
      for (int i = 0; i < steeper.length; i++) {
        steeper[i] *= STEEPNESS;
      }
      values.put(name, Tensor.of(values.get(name).shape(), steeper));
    }
    return values;
  }

  private void clear(Variable variable) {
    engine
        .variables()
        .write(variable, Tensor.zeros(variable.type().dtype(), variable.type().shape()));
  }

  private Distance distance(DoubleUnaryOperator function) {
    Tensor answers = evaluation.run(grid).getFirst();
    double[] away =
        IntStream.range(0, GRID)
            .mapToDouble(i -> Math.abs(answers.at(i) - function.applyAsDouble(x(i, GRID))))
            .toArray();
    double squares = 0;
    double largest = 0;
    for (double difference : away) {
      squares += difference * difference;
      largest = Math.max(largest, difference);
    }
    return new Distance(Math.sqrt(squares / GRID), largest);
  }
}
