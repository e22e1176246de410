package dev.bramante.autodiff;

import dev.bramante.engine.Engine;
import dev.bramante.engine.EngineOptions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Tensor;
import dev.bramante.testing.Agreement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row of the table, forward and backward, by the kernels of the CPU. */
class EngineGradientsTest {
  /** Allowed difference, relative to the largest element or 1. */
  private static final double TOLERANCE = 2e-5;

  private final Random random = new Random(7);
  private final Trace trace = new Trace();
  private final List<Tensor> arguments = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void theEngineAgreesWithTheReference(int bits) {
    GradientTable.rows().forEach(this::add);
    Graph graph = trace.graph(outputs.toArray(Value[]::new));
    Tensor[] inputs = arguments.toArray(Tensor[]::new);
    List<Array> expected = Reference.run(graph, inputs).outputs();
    var engine = new Engine(new EngineOptions("cpu", 2, bits));
    List<Tensor> actual = engine.compile(graph).run(inputs);
    for (int i = 0; i < expected.size(); i++) {
      double largest = Arrays.stream(expected.get(i).values()).map(Math::abs).max().orElse(1);
      double tolerance = TOLERANCE * Math.max(1, largest);
      Agreement.check(names.get(i), expected.get(i), Array.of(actual.get(i)), tolerance);
    }
  }

  /** All rows go into one graph, which takes a fraction of the time of one graph for each. */
  private void add(GradientTable.Row row) {
    List<Value> operands = row.operands().stream().map(o -> input(o.type(), o.domain())).toList();
    Value y = row.function().apply(operands);
    while (arguments.size() < trace.graph().inputs().size()) {
      arguments.add(Tensor.scalar(7)); // seed and step
    }
    Value loss = y.times(input(y.type(), Domain.ANY)).sum();
    outputs.add(y);
    outputs.addAll(Gradients.of(loss, operands));
    while (names.size() < outputs.size()) {
      names.add(row + ", output " + names.size());
    }
  }

  private Value input(Type type, Domain domain) {
    arguments.add(domain.draw(type, random).toTensor());
    return trace.input("x", type);
  }
}
