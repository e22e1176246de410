package dev.bramante.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.parity.ReferenceMachine;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  private static final double RATE = 0.1;
  private static final double[] GRADIENTS = {0.5, -1.5, 0.25, 3};

  /** A step of a formula on one weight: gradient in, weight out. */
  private interface Formula {
    double step(double weight, double gradient, int t);
  }

  /** Runs the graph of an optimizer on one weight and compares it with the formula. */
  private static void check(Optimizer optimizer, Formula formula) {
    var weight = new Variable("w", Type.f32(1));
    var state = new ArrayList<Variable>();
    optimizer.state().forEach(name -> state.add(new Variable(name, Type.f32(1))));
    var trace = new Trace();
    Value gradient = trace.input("gradient", Type.f32(1));
    Value rate = trace.input("rate", Type.f32());
    var corrections = new ArrayList<Value>();
    for (int i = 0; i < optimizer.corrections(); i++) {
      corrections.add(trace.input("correction" + i, Type.f32()));
    }
    var numbers = new Optimizer.Numbers(rate, (float) optimizer.weightDecay(), corrections);
    List<Value> held = state.stream().map(trace::read).toList();
    var update = optimizer.update(trace.read(weight), gradient, held, numbers);
    trace.assign(weight, update.weights());
    for (int i = 0; i < state.size(); i++) {
      trace.assign(state.get(i), update.state().get(i));
    }

    var machine = new ReferenceMachine();
    machine.variables().write(weight, Tensor.of(Shape.of(1), 2f));
    var program = machine.compile(trace.graph());
    double expected = 2;
    for (int t = 0; t < GRADIENTS.length; t++) {
      var arguments = new ArrayList<Tensor>();
      arguments.add(Tensor.of(Shape.of(1), (float) GRADIENTS[t]));
      arguments.add(Tensor.scalar((float) RATE));
      for (int i = 0; i < optimizer.corrections(); i++) {
        arguments.add(Tensor.scalar((float) optimizer.correction(i, t)));
      }
      program.run(arguments.toArray(Tensor[]::new));
      expected = formula.step(expected, GRADIENTS[t], t);
      assertEquals(expected, machine.array(weight).at(0), 1e-6, optimizer + " step " + t);
    }
  }

  @Test
  void plainDescent() {
    check(new Sgd(0, false, 0.3), (w, g, t) -> w - RATE * (g + 0.3 * w));
  }

  @Test
  void momentumBeginsWithTheFirstGradient() {
    double[] buffer = new double[1];
    check(
        new Sgd(0.9, false, 0),
        (w, g, t) -> {
          buffer[0] = t == 0 ? g : 0.9 * buffer[0] + g;
          return w - RATE * buffer[0];
        });
  }

  @Test
  void nesterovLooksAhead() {
    double[] buffer = new double[1];
    check(
        new Sgd(0.9, true, 0.1),
        (w, g, t) -> {
          double pull = g + 0.1 * w;
          buffer[0] = t == 0 ? pull : 0.9 * buffer[0] + pull;
          return w - RATE * (pull + 0.9 * buffer[0]);
        });
  }

  @Test
  void adamCorrectsItsBias() {
    double[] m = new double[2];
    check(new Adam(0.9, 0.95, 1e-8, 0.1), (w, g, t) -> w - RATE * adam(m, g + 0.1 * w, t));
  }

  @Test
  void adamWDecaysApart() {
    double[] m = new double[2];
    check(
        new AdamW(0.9, 0.95, 1e-8, 0.1), (w, g, t) -> w * (1 - RATE * 0.1) - RATE * adam(m, g, t));
  }

  private static double adam(double[] moments, double g, int t) {
    moments[0] = 0.9 * moments[0] + 0.1 * g;
    moments[1] = 0.95 * moments[1] + 0.05 * g * g;
    double mean = moments[0] / (1 - Math.pow(0.9, t + 1));
    double square = moments[1] / (1 - Math.pow(0.95, t + 1));
    return mean / (Math.sqrt(square) + 1e-8);
  }

  @Test
  void numbersAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> new Sgd(1, false, 0));
    assertThrows(IllegalArgumentException.class, () -> new Sgd(0, true, 0));
    assertThrows(IllegalArgumentException.class, () -> new Adam(0.9, 1, 1e-8, 0));
    assertThrows(IllegalArgumentException.class, () -> new AdamW(-1));
    assertThrows(IllegalArgumentException.class, () -> new AdamW(Double.NaN));
  }
}
