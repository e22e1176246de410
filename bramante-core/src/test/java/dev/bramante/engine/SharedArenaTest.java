package dev.bramante.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.backend.Executable;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Executables of one engine work in the same memory, one after the other or at the same time. */
class SharedArenaTest {
  private static final int WIDTH = 700;

  private final SplittableRandom random = new SplittableRandom(5);
  private final Engine engine = new Engine();
  private final Map<Variable, Tensor> held = new LinkedHashMap<>();
  private final Variable weight = variable("weight", WIDTH, WIDTH);
  private final Variable scale = variable("scale", WIDTH);

  private Variable variable(String name, int... dims) {
    var variable = new Variable(name, Type.f32(dims));
    write(variable);
    return variable;
  }

  private void write(Variable variable) {
    Tensor value = tensor(variable.type());
    held.put(variable, value);
    engine.variables().write(variable, value);
  }

  private Tensor tensor(Type type) {
    Tensor tensor = Tensor.zeros(type.dtype(), type.shape());
    for (int i = 0; i < tensor.floats().length; i++) {
      tensor.floats()[i] = random.nextFloat() - 0.5f;
    }
    return tensor;
  }

  /** Something computed once, something packed once, and some thousands of intermediates. */
  private Graph graph(int rows) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(rows, WIDTH));
    Value scaled = trace.read(weight).times(trace.read(scale).exp());
    Value h = x.matmul(scaled).tanh();
    return trace.graph(h.plus(trace.read(scale).exp()).matmul(scaled));
  }

  /** The same that then changes a variable, in more memory. */
  private Graph training(int rows) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(rows, WIDTH));
    Value w = trace.read(weight);
    Value loss = x.matmul(w).tanh();
    trace.assign(weight, w.minus(x.matmul(loss, true, false).times(0.01f)));
    return trace.graph(loss.sum());
  }

  private void check(Graph graph, Executable executable, Tensor x) {
    assertClose(graph, executable.run(x), x);
  }

  private void assertClose(Graph graph, List<Tensor> results, Tensor x) {
    var expected = Reference.run(graph, held, x).output(0);
    for (int i = 0; i < expected.values().length; i++) {
      double value = expected.values()[i];
      assertEquals(value, results.getFirst().at(i), 1e-4 * Math.max(1, Math.abs(value)));
    }
  }

  @Test
  void turnsMayBeTaken() {
    Graph small = graph(3);
    Graph large = graph(90);
    Executable first = engine.compile(small);
    Executable second = engine.compile(large);
    for (int turn = 0; turn < 3; turn++) {
      check(small, first, tensor(Type.f32(3, WIDTH)));
      check(large, second, tensor(Type.f32(90, WIDTH)));
      check(large, second, tensor(Type.f32(90, WIDTH)));
      if (turn == 1) {
        write(scale);
      }
    }
  }

  @Test
  void whatIsKeptSurvivesTraining() {
    Graph evaluation = graph(5);
    Executable evaluated = engine.compile(evaluation);
    Executable trained = engine.compile(training(2500));
    for (int turn = 0; turn < 3; turn++) {
      trained.run(tensor(Type.f32(2500, WIDTH)));
      held.put(weight, engine.variables().read(weight));
      for (int batch = 0; batch < 2; batch++) {
        check(evaluation, evaluated, tensor(Type.f32(5, WIDTH)));
      }
    }
  }

  @Test
  void severalThreadsMayRunEachItsOwn() throws Exception {
    Graph graph = graph(40);
    try (var threads = Executors.newFixedThreadPool(3)) {
      List<Executable> executables =
          List.of(engine.compile(graph), engine.compile(graph), engine.compile(graph));
      for (int turn = 0; turn < 5; turn++) {
        List<Tensor> inputs = executables.stream().map(_ -> tensor(Type.f32(40, WIDTH))).toList();
        var results = new LinkedHashMap<Tensor, Future<List<Tensor>>>();
        for (int i = 0; i < inputs.size(); i++) {
          Tensor x = inputs.get(i);
          Executable own = executables.get(i);
          results.put(x, threads.submit(() -> own.run(x)));
        }
        for (var result : results.entrySet()) {
          assertClose(graph, result.getValue().get(), result.getKey());
        }
      }
    }
  }

  @Test
  void aFootprintCountsWhatRunsNeed() {
    Executable executable = engine.compile(graph(40));
    var footprint = executable.footprint();
    assertEquals(executable.footprint(), engine.backend().footprint(executable.plan()));
    assertTrue(footprint.arena() >= 4L * 40 * WIDTH, footprint::toString);
    assertTrue(footprint.packed() >= 4L * WIDTH * WIDTH, footprint::toString);
    assertEquals(4L * (WIDTH * WIDTH + WIDTH), footprint.variables());
  }
}
