package dev.bramante.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Verifier;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * Compares the gradient of a function with central differences of its value along one random
 * direction, everything in double precision.
 */
final class GradientCheck {
  /** Half the distance of the two points of a central difference: its error is of order h². */
  static final double H = 1e-4;

  /** Allowed difference, relative to the slope; constants of graphs are of single precision. */
  static final double TOLERANCE = 1e-7;

  private final List<Operand> operands;
  private final Random random = new Random(20240601);
  private final Trace trace = new Trace();
  private final List<Value> values = new ArrayList<>();
  private final List<Array> points = new ArrayList<>();
  private final List<Integer> smooth = new ArrayList<>();

  /** An operand's type and where its elements are drawn from. */
  record Operand(Type type, Domain domain) {}

  private GradientCheck(List<Operand> operands) {
    this.operands = operands;
  }

  /** Checks the first derivative, and if asked the second. Gives the graph of the function. */
  static Graph check(
      List<Operand> operands, Function<List<Value>, Value> function, boolean second) {
    return new GradientCheck(operands).run(function, second);
  }

  private Graph run(Function<List<Value>, Value> function, boolean second) {
    for (Operand operand : operands) {
      if (operand.domain() != Domain.INDEX) {
        smooth.add(values.size());
      }
      input(operand.type(), operand.domain());
    }
    Value y = function.apply(List.copyOf(values));
    for (Value drawn : List.of(trace.seed(), trace.step())) {
      values.add(drawn);
      points.add(Array.of(Tensor.scalar(7)));
    }
    smooth.add(values.size());
    Value loss = y.times(input(y.type(), Domain.ANY)).sum();
    List<Value> gradients = compare("first derivative", loss);
    if (second) {
      compare("second derivative", project(gradients));
    }
    return trace.graph(y);
  }

  private Value input(Type type, Domain domain) {
    Value value = trace.input("x" + values.size(), type);
    values.add(value);
    points.add(domain.draw(type, random));
    return value;
  }

  /** The slope of the loss along a random direction, twice. */
  private List<Value> compare(String what, Value loss) {
    List<Value> wrt = smooth.stream().map(values::get).toList();
    List<Value> gradients = Gradients.of(loss, wrt);
    List<Array> direction =
        wrt.stream().map(value -> Domain.ANY.draw(value.type(), random)).toList();

    Graph graph = trace.graph(gradients.toArray(Value[]::new));
    Verifier.verify(graph);
    List<Array> results = Reference.run(graph, ordered(points), Map.of()).outputs();
    double slope = 0;
    double scale = 1;
    for (int i = 0; i < results.size(); i++) {
      for (int j = 0; j < results.get(i).values().length; j++) {
        double term = results.get(i).at(j) * direction.get(i).at(j);
        slope += term;
        scale += Math.abs(term);
      }
    }
    double difference = (moved(loss, direction, H) - moved(loss, direction, -H)) / (2 * H);
    double finer = (moved(loss, direction, H / 2) - moved(loss, direction, -H / 2)) / H;
    double extrapolated = (4 * finer - difference) / 3;
    assertEquals(extrapolated, slope, TOLERANCE * scale, () -> what + " in\n" + graph);
    return gradients;
  }

  private double moved(Value loss, List<Array> direction, double step) {
    var there = new ArrayList<>(points);
    for (int i = 0; i < direction.size(); i++) {
      Array point = points.get(smooth.get(i));
      double[] values = point.values().clone();
      for (int j = 0; j < values.length; j++) {
        values[j] += step * direction.get(i).at(j);
      }
      there.set(smooth.get(i), new Array(point.type(), values));
    }
    return Reference.run(trace.graph(loss), ordered(there), Map.of()).output(0).at(0);
  }

  /** In the order in which the trace has its inputs. */
  private List<Array> ordered(List<Array> arguments) {
    return trace.graph().inputs().stream()
        .map(node -> arguments.get(values.stream().map(Value::node).toList().indexOf(node)))
        .toList();
  }

  /** A scalar that depends on every element of the gradients. */
  private Value project(List<Value> gradients) {
    return gradients.stream()
        .map(gradient -> gradient.times(input(gradient.type(), Domain.ANY)).sum())
        .reduce(Value::plus)
        .orElseThrow();
  }
}
