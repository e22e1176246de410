package dev.bramante.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.graph.Window;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Weights that are scaled and packed once don't need memory of their own during the steps. */
final class PackedWeightsTest {
  private static final Type INPUT = Type.f32(2, 5, 5, 20);

  private final Map<Variable, Tensor> held = new HashMap<>();
  private final List<Variable> variables = new ArrayList<>();
  private final Random random = new Random(1);

  private Value variable(Trace trace, String name, int... dims) {
    var variable = new Variable(name, Type.f32(dims));
    variables.add(variable);
    fill(variable);
    return trace.read(variable);
  }

  private void fill(Variable variable) {
    Tensor tensor = Tensor.zeros(variable.type().dtype(), variable.type().shape());
    for (int i = 0; i < tensor.floats().length; i++) {
      tensor.floats()[i] = 0.1f + random.nextFloat();
    }
    held.put(variable, tensor);
  }

  private Value layer(Value x, int kernel, int out) {
    Trace trace = x.trace();
    Value weight = variable(trace, "weight", kernel, kernel, x.dim(3), out);
    Value h = x.conv2d(weight, Window.square(kernel, 1, kernel / 2), 1);
    Value mean = variable(trace, "mean", out);
    Value variance = variable(trace, "variance", out);
    Value gamma = variable(trace, "gamma", out);
    Value beta = variable(trace, "beta", out);
    return Functions.batchNorm(h, mean, variance, gamma, beta, 1e-5f);
  }

  private Graph network() {
    var trace = new Trace();
    Value x = trace.input("x", INPUT);
    Value y = layer(layer(layer(x, 3, 20).relu(), 1, 40), 1, 20).plus(x).relu();
    return trace.graph(y, y.reshape(50, 20).matmul(variable(trace, "head", 20, 3)));
  }

  @Test
  void stepsMayOverwriteThem() {
    Graph graph = network();
    var engine = new Engine();
    var executable = engine.compile(graph);
    assertTrue(
        executable.plan().sizes().floats() < 9 * 20 * 20 + 2 * 50 * 40 + 500, "memory for all");
    held.forEach(engine.variables()::write);
    Tensor x = Tensor.zeros(INPUT.dtype(), INPUT.shape());
    for (int i = 0; i < x.floats().length; i++) {
      x.floats()[i] = random.nextFloat() - 0.5f;
    }
    for (int run = 0; run < 3; run++) {
      if (run == 2) {
        variables.forEach(this::fill);
        held.forEach(engine.variables()::write);
      }
      List<Tensor> results = executable.run(x);
      var expected = Reference.run(graph, held, x);
      for (int i = 0; i < results.size(); i++) {
        assertClose(expected.output(i), results.get(i));
      }
    }
  }

  private static void assertClose(Array expected, Tensor actual) {
    for (int i = 0; i < expected.values().length; i++) {
      double value = expected.values()[i];
      assertEquals(value, actual.at(i), 1e-4 * Math.max(1, Math.abs(value)));
    }
  }
}
