package dev.bramante.engine;

import dev.bramante.backend.Executable;
import dev.bramante.graph.Variable;
import dev.bramante.reference.Array;
import dev.bramante.tensor.Tensor;
import dev.bramante.testing.Agreement;
import dev.bramante.testing.FuzzCase;
import dev.bramante.testing.Fuzzer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random graphs through passes, planner and kernels must give what the reference gives. */
class EngineFuzzTest {
  @ParameterizedTest
  @CsvSource({"512, 2", "256, 1", "128, 2"})
  void agreesWithTheReference(int bits, int threads) {
    Fuzzer.check(150, c -> check(c, new Engine(new EngineOptions("cpu", threads, bits))));
  }

  private static void check(FuzzCase c, Engine engine) {
    c.variables()
        .forEach((variable, value) -> engine.variables().write(variable, value.toTensor()));
    Executable executable = engine.compile(c.graph());
    Tensor[] inputs = c.inputs().stream().map(Array::toTensor).toArray(Tensor[]::new);
    List<Tensor> outputs = executable.run(inputs);
    Map<Variable, Tensor> assigned = new HashMap<>();
    c.graph().assigned().forEach(v -> assigned.put(v, engine.variables().read(v)));
    Agreement.check(c, outputs, assigned);
  }
}
