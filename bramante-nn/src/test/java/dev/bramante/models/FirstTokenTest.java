package dev.bramante.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Parameters;
import dev.bramante.nn.Summary;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Read-outs of a first token: the last block computes it alone, and as among the others. */
class FirstTokenTest {
  private static final int N = 2;
  private static final int T = 5;
  private static final int D = 12;

  private final Trace trace = new Trace();

  private Graph graph(Layer network, Engine engine, Supplier<List<Value>> outputs) {
    var weights = Weights.of(Parameters.of(network), ParameterGroup.all());
    weights.bind(trace);
    weights.write(engine.variables(), weights.initial(3));
    return trace.graph(outputs.get().toArray(Value[]::new));
  }

  private static void assertFirstRows(float[] all, float[] first) {
    assertEquals(N * D, first.length);
    for (int i = 0; i < N; i++) {
      for (int c = 0; c < D; c++) {
        assertEquals(all[i * T * D + c], first[i * D + c], 1e-6f);
      }
    }
    assertTrue(Math.abs(first[0] - first[D]) > 1e-3, "the samples differ");
  }

  @Test
  void bertsFirstTokenIsAsAmongTheOthers() {
    var bert =
        new Bert(new Bert.Sizes(17, 9, D, 2, 3, 20, Activation.GELU, 1e-5, 0, Optional.of(0)));
    Value ids = trace.input("ids", Type.i32(N, T));
    var engine = new Engine();
    var graph = graph(bert, engine, () -> List.of(bert.forward(ids), bert.first(ids)));
    var given = Tensor.of(Shape.of(N, T), new int[] {2, 7, 8, 3, 0, 4, 9, 1, 12, 3});
    var outputs = engine.compile(graph).run(given);
    assertFirstRows(outputs.get(0).floats(), outputs.get(1).floats());
  }

  @Test
  void aVisionTransformersFirstTokenIsAsAmongTheOthers() {
    var sizes = new VisionTransformer.Sizes(8, 1, 4, D, 1, 3, 20, Activation.GELU, 1e-5, 0);
    var block = new VisionTransformer.Block(sizes);
    Value x = trace.input("x", Type.f32(N, T, D));
    var engine = new Engine();
    var graph = graph(block, engine, () -> List.of(block.forward(x), block.first(x)));
    Tensor given = Tensor.zeros(DType.F32, Shape.of(N, T, D));
    var random = new SplittableRandom(4);
    for (int i = 0; i < given.floats().length; i++) {
      given.floats()[i] = random.nextFloat();
    }
    var outputs = engine.compile(graph).run(given);
    assertFirstRows(outputs.get(0).floats(), outputs.get(1).floats());
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit_b_16", "bert"})
  void lastBlocksComputeNoOther(String name) {
    long[] flops =
        IntStream.rangeClosed(1, 3)
            .mapToObj(layers -> Models.create(name, Map.of("layers", "" + layers)))
            .mapToLong(model -> Summary.of(model.network(), model.batch(1)).flops())
            .toArray();
    long whole = flops[2] - flops[1];
    assertEquals(whole, flops[1] - flops[0]);
    Model one = Models.create(name, Map.of("layers", "1"));
    String last = "%s.0.".formatted(name.equals("bert") ? "bert.blocks" : "blocks");
    long alone =
        Summary.of(one.network(), one.batch(1)).rows().stream()
            .filter(row -> row.path().startsWith(last))
            .mapToLong(Summary.Row::flops)
            .sum();
    assertTrue(alone > 0 && alone < 0.4 * whole, alone + " of " + whole);
  }
}
