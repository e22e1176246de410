package dev.bramante.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.models.Gpt;
import dev.bramante.nn.Parameters;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompactWeightsTest {
  private static final int WORDS = 23;
  private static final int[] PROMPT = {3, 1, 4, 1, 5};

  private final Gpt network = new Gpt(new Gpt.Sizes(WORDS, 24, 16, 2, 2, 0.1f));
  private final Parameters parameters = Parameters.of(network);

  /** Large weights, so that the answers depend on the whole text. */
  private Map<String, Tensor> values() {
    Map<String, Tensor> values = new HashMap<>();
    Weights.of(parameters, ParameterGroup.all())
        .initial(5)
        .forEach((name, tensor) -> {
          float[] numbers = tensor.floats().clone();
          if (tensor.shape().rank() > 1 && name.contains(".h.")) {
            IntStream.range(0, numbers.length).forEach(i -> numbers[i] *= 20);
          }
          values.put(name, Tensor.of(tensor.shape(), numbers));
        });
    return values;
  }

  private Graph graph(WeightSource weights, int length) {
    var trace = parameters.trace(Mode.EVALUATION);
    weights.bind(trace);
    var x = trace.input("x", new Type(DType.I32, Shape.of(1, length)));
    return trace.graph(network.forward(x));
  }

  @ParameterizedTest
  @EnumSource
  void givesWhatTheRoundedWeightsGive(WeightForm form) {
    var engine = new Engine();
    var weights = new CompactWeights(parameters, form);
    weights.supply(engine.variables(), values());
    Graph graph = graph(weights, PROMPT.length);
    Map<Variable, Tensor> held = new HashMap<>();
    for (var node : graph.nodes()) {
      if (node.op() instanceof Op.Read(var variable)) {
        held.put(variable, engine.variables().read(variable));
      }
    }
    Tensor ids = Tensor.of(Shape.of(1, PROMPT.length), PROMPT);
    var expected = Reference.run(graph, held, ids).output(0);
    Tensor actual = engine.compile(graph).run(ids).getFirst();
    for (int i = 0; i < actual.shape().size(); i++) {
      assertEquals(expected.at(i), actual.at(i), 1e-4, "logit " + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void continuesAsWithoutCache(WeightForm form) {
    var engine = new Engine();
    var weights = new CompactWeights(parameters, form);
    weights.supply(engine.variables(), values());
    int[] ids = PROMPT;
    for (int i = 0; i < 12; i++) {
      Tensor x = Tensor.of(Shape.of(1, ids.length), ids);
      float[] all = engine.compile(graph(weights, ids.length)).run(x).getFirst().floats();
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] =
          Sampling.largest(Arrays.copyOfRange(all, all.length - WORDS, all.length));
    }
    var generator = new Generator(engine, network, weights);
    var greedy = new Sampling(0, 0, 1, 0, 1, 1);
    List<int[]> added =
        generator.generate(
            List.of(PROMPT, new int[] {7}), 12, greedy, Set.of(), (text, id) -> true);
    assertArrayEquals(Arrays.copyOfRange(ids, PROMPT.length, ids.length), added.getFirst());
  }

  @Test
  void stateTheirSize() {
    long floats = new CompactWeights(parameters, WeightForm.F32).bytes();
    assertEquals(4 * parameters.count(), floats);
    assertTrue(new CompactWeights(parameters, WeightForm.BF16).bytes() < 0.6 * floats);
    assertTrue(new CompactWeights(parameters, WeightForm.INT8).bytes() < 0.4 * floats);
  }

  @Test
  void roundToTheNearestBfloat16() {
    float[] given = {
      1, -1.5f, 0x1.01p0f, 0x1.03p0f, 0x1.010002p0f, -0x1.01p0f, Float.NaN, Float.MAX_VALUE, -0f
    };
    float infinity = Float.POSITIVE_INFINITY;
    float[] wanted = {1, -1.5f, 1, 0x1.04p0f, 0x1.02p0f, -1, Float.NaN, infinity, -0f};
    Tensor rounded = Rounding.bf16(Tensor.of(Shape.of(given.length), given));
    for (int i = 0; i < given.length; i++) {
      assertEquals(wanted[i], (float) rounded.at(i));
    }
  }

  @Test
  void roundToMultiplesOfEachRowsScale() {
    Tensor values = Tensor.of(Shape.of(3, 3), 127, -127, 1.4f, 0, 0, 0, -254, 3, 5);
    Tensor scales = Rounding.scales(values);
    assertArrayEquals(new float[] {1, 0, 2}, scales.floats());
    byte[] integers = (byte[]) Rounding.int8(values, scales).array();
    assertArrayEquals(new byte[] {127, -127, 1, 0, 0, 0, -127, 2, 2}, integers);
  }

  @Test
  void refuseWhatIsNoNumber() {
    Map<String, Tensor> values = values();
    values.get("transformer.wte.weight").floats()[16] = Float.NaN;
    var weights = new CompactWeights(parameters, WeightForm.INT8);
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> weights.supply(new Engine().variables(), values));
    assertTrue(error.getMessage().startsWith("row 1 of transformer.wte.weight"));
  }

  @Test
  void refuseOtherNames() {
    Map<String, Tensor> values = values();
    values.remove("transformer.wpe.weight");
    var weights = new CompactWeights(parameters, WeightForm.BF16);
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> weights.supply(new Engine().variables(), values));
    assertTrue(error.getMessage().contains("missing [transformer.wpe.weight]"));
  }
}
