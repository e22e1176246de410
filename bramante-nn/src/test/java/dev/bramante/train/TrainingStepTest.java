package dev.bramante.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Type;
import dev.bramante.graph.Verifier;
import dev.bramante.models.LeNet;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Dropout;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Parameters;
import dev.bramante.nn.Sequential;
import dev.bramante.parity.ReferenceMachine;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrainingStepTest {
  private static final Type INPUT = Type.f32(3, 4);
  private static final Tensor X =
      Tensor.of(INPUT.shape(), 1, -2, 3, 0.5f, 0, 1, -1, 2, 0.25f, -3, 1, 1);
  private static final Tensor TARGET = Tensor.of(Shape.of(3), 0, 2, 1);
  private static final Loss LOSS = new Loss.CrossEntropy();
  private static final Optimizer PLAIN = new Sgd(0, false, 0);

  private final ReferenceMachine machine = new ReferenceMachine();

  private static Layer network() {
    return new Sequential(new Linear(4, 5), Activation.TANH, new Linear(5, 3));
  }

  private TrainingStep step(Layer network, List<ParameterGroup> groups, StepOptions options) {
    var weights = Weights.of(Parameters.of(network), groups);
    var step = new TrainingStep(network, List.of(INPUT), weights, options);
    weights.write(machine.variables(), weights.initial(5));
    return step;
  }

  private double run(Graph graph, Optimizer optimizer, long update, double rate) {
    Verifier.verify(graph);
    var arguments = new StepArguments(graph, optimizer, 7);
    return machine
        .compile(graph)
        .run(arguments.of(List.of(X), TARGET, update, update, rate))
        .getFirst()
        .at(0);
  }

  private static double distance(Map<String, Tensor> a, Map<String, Tensor> b) {
    double squares = 0;
    for (String name : a.keySet()) {
      for (int i = 0; i < a.get(name).shape().size(); i++) {
        double difference = a.get(name).at(i) - b.get(name).at(i);
        squares += difference * difference;
      }
    }
    return Math.sqrt(squares);
  }

  @Test
  void theLossFalls() {
    var step = step(network(), ParameterGroup.byRank(), new StepOptions(LOSS, new AdamW(0.01)));
    Graph graph = step.update();
    double first = run(graph, step.options().optimizer(), 0, 0.01);
    for (int i = 1; i < 60; i++) {
      run(graph, step.options().optimizer(), i, 0.01);
    }
    assertTrue(run(graph, step.options().optimizer(), 60, 0.01) < 0.3 * first);
  }

  @Test
  void groupsMakeNoDifferenceButForDecay() {
    var one = step(network(), ParameterGroup.all(), new StepOptions(LOSS, PLAIN));
    run(one.update(), PLAIN, 0, 0.1);
    var two = step(network(), ParameterGroup.byRank(), new StepOptions(LOSS, PLAIN));
    run(two.update(), PLAIN, 0, 0.1);
    var a = one.weights().read(machine.variables());
    var b = two.weights().read(machine.variables());
    assertEquals(a.keySet(), b.keySet());
    assertEquals(0, distance(a, b), 1e-7);

    var decay = new Sgd(0, false, 0.5);
    var decayed = step(network(), ParameterGroup.byRank(), new StepOptions(LOSS, decay));
    run(decayed.update(), decay, 0, 0.1);
    var c = decayed.weights().read(machine.variables());
    var initial = decayed.weights().initial(5);
    assertEquals(b.get("0.bias").at(1), c.get("0.bias").at(1));
    assertEquals(
        b.get("0.weight").at(7) - 0.05 * initial.get("0.weight").at(7),
        c.get("0.weight").at(7),
        1e-6);
  }

  @Test
  void frozenGroupsStay() {
    var groups =
        List.of(
            new ParameterGroup("frozen", (name, shape) -> name.startsWith("0."), 0, 0),
            new ParameterGroup("rest", (name, shape) -> true, 1, 1));
    var step = step(network(), groups, new StepOptions(LOSS, PLAIN));
    run(step.update(), PLAIN, 0, 0.1);
    var now = step.weights().read(machine.variables());
    var initial = step.weights().initial(5);
    assertTrue(now.get("0.weight").sameBits(initial.get("0.weight")));
    assertTrue(!now.get("2.weight").sameBits(initial.get("2.weight")));
  }

  @Test
  void clippingLimitsTheStep() {
    double clip = 0.01;
    var options = new StepOptions(LOSS, PLAIN, clip, 1, 0);
    var step = step(network(), ParameterGroup.byRank(), options);
    run(step.update(), PLAIN, 0, 1);
    double moved = distance(step.weights().read(machine.variables()), step.weights().initial(5));
    assertEquals(clip, moved, 1e-4 * clip);
  }

  @Test
  void accumulatedBatchesAreOneBatch() {
    var options = new StepOptions(LOSS, PLAIN, Double.POSITIVE_INFINITY, 3, 0);
    var step = step(network(), ParameterGroup.byRank(), options);
    for (int update = 0; update < 2; update++) {
      run(step.gather(), PLAIN, update, 0.1);
      run(step.gather(), PLAIN, update, 0.1);
      run(step.update(), PLAIN, update, 0.1);
    }
    var once = step(network(), ParameterGroup.byRank(), new StepOptions(LOSS, PLAIN));
    run(once.update(), PLAIN, 0, 0.1);
    run(once.update(), PLAIN, 1, 0.1);
    var a = step.weights().read(machine.variables());
    assertEquals(0, distance(a, once.weights().read(machine.variables())), 1e-6);
  }

  @Test
  void averagesTrailTheWeights() {
    var options = new StepOptions(LOSS, PLAIN, Double.POSITIVE_INFINITY, 1, 0.75);
    var step = step(network(), ParameterGroup.byRank(), options);
    var initial = step.weights().initial(5);
    step.averages().write(machine.variables(), initial);
    run(step.update(), PLAIN, 0, 0.1);
    var now = step.weights().read(machine.variables());
    var average = step.averages().read(machine.variables());
    for (String name : now.keySet()) {
      double expected = 0.75 * initial.get(name).at(1) + 0.25 * now.get(name).at(1);
      assertEquals(expected, average.get(name).at(1), 1e-6);
    }
  }

  @Test
  void randomNumbersAreArguments() {
    var network = new Sequential(new Dropout(0.5f), new Linear(4, 3));
    var step = step(network, ParameterGroup.all(), new StepOptions(LOSS, PLAIN));
    Graph graph = step.update();
    double first = run(graph, PLAIN, 0, 0);
    assertEquals(first, run(graph, PLAIN, 0, 0));
    assertTrue(first != run(graph, PLAIN, 1, 0));
  }

  @Test
  void argumentsMakeNoGarbage() {
    var optimizer = new AdamW(0.1);
    var step = step(network(), ParameterGroup.byRank(), new StepOptions(LOSS, optimizer));
    var arguments = new StepArguments(step.update(), optimizer, 1);
    var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<Tensor> inputs = List.of(X);
    arguments.of(inputs, TARGET, 0, 0, 0.1);
    bean.getCurrentThreadAllocatedBytes();
    long before = bean.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      arguments.of(inputs, TARGET, i, i, 0.1);
    }
    assertEquals(0, bean.getCurrentThreadAllocatedBytes() - before);
  }

  @Test
  void weightsKeepTheEcosystemsShapes() {
    var weights = Weights.of(Parameters.of(new LeNet(1, 10)), ParameterGroup.byRank());
    var initial = weights.initial(1);
    weights.write(machine.variables(), initial);
    var read = weights.read(machine.variables());
    assertEquals(Shape.of(64, 32, 5, 5), read.get("3.weight").shape());
    for (String name : initial.keySet()) {
      assertTrue(initial.get(name).sameBits(read.get(name)), name);
    }
    var values = new TreeMap<>(initial);
    values.remove("0.bias");
    values.put("1.bias", Tensor.scalar(1f));
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> weights.write(machine.variables(), values));
    assertEquals(
        "the weights don't fit the network: missing [0.bias], surplus [1.bias]", e.getMessage());
  }
}
