package dev.bramante.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Verifier;
import dev.bramante.graph.Window;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sections whose values gradients compute again. */
class RecomputationTest {
  private static final int SECTIONS = 4;
  private static final Type X = Type.f32(2, 24, 24, 16);
  private static final Type W = Type.f32(3, 3, 16, 16);

  /** Sections of two convolutions, each with dropout, from x to the gradients of all weights. */
  private static Graph graph(boolean recomputed) {
    var trace = new Trace();
    Value x = trace.input("x", X);
    var weights = new ArrayList<Value>();
    Value y = x;
    for (int i = 0; i < SECTIONS; i++) {
      Value first = trace.input("first" + i, W);
      Value second = trace.input("second" + i, W);
      weights.addAll(List.of(first, second));
      Value start = y;
      y =
          recomputed
              ? trace.recomputed(() -> section(start, first, second))
              : section(start, first, second);
    }
    Value loss = y.times(y).mean();
    var outputs = new ArrayList<Value>(List.of(loss));
    outputs.addAll(Gradients.of(loss, weights));
    return trace.graph(outputs.toArray(Value[]::new));
  }

  private static Value section(Value x, Value first, Value second) {
    Value y = x.conv2d(first, Window.square(3, 1, 1), 1).tanh();
    y = Functions.dropout(y, 0.25f);
    return y.conv2d(second, Window.square(3, 1, 1), 1).plus(x).relu();
  }

  private static Tensor[] arguments(Graph graph) {
    var arguments = new ArrayList<Tensor>();
    for (var input : graph.inputs()) {
      Type type = input.type();
      float[] values = new float[type.shape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = 0.1f * (float) Math.sin(i * 1.7 + arguments.size());
      }
      arguments.add(
          type.dtype() == DType.I32 ? Tensor.of(Shape.of(), 7) : Tensor.of(type.shape(), values));
    }
    return arguments.toArray(Tensor[]::new);
  }

  @Test
  void gradientsKeepTheirBits() {
    Graph kept = graph(false);
    Graph recomputed = graph(true);
    Verifier.verify(recomputed);
    List<Tensor> wanted = new Engine().compile(kept).run(arguments(kept));
    List<Tensor> given = new Engine().compile(recomputed).run(arguments(recomputed));
    for (int i = 0; i < wanted.size(); i++) {
      assertTrue(wanted.get(i).sameBits(given.get(i)), "output " + i);
    }
  }

  @Test
  void theDefinitionSeesNoDifference() {
    Graph kept = graph(false);
    Graph recomputed = graph(true);
    double wanted = Reference.run(kept, arguments(kept)).output(0).at(0);
    assertEquals(wanted, Reference.run(recomputed, arguments(recomputed)).output(0).at(0));
  }

  @Test
  void thePlanIsSmaller() {
    var engine = new Engine();
    long kept = engine.plan(graph(false)).arenaBytes();
    long recomputed = engine.plan(graph(true)).arenaBytes();
    assertTrue(recomputed < 0.75 * kept, recomputed + " of " + kept);
  }

  @Test
  void onlyWhatGradientsNeedIsComputedAgain() {
    assertEquals(3 * SECTIONS, convolutions(graph(true)));
    assertEquals(2 * SECTIONS, convolutions(graph(false)));
  }

  /** The second convolution of a section is not needed for gradients. */
  private static long convolutions(Graph graph) {
    return graph.nodes().stream().filter(node -> node.op() instanceof Op.Conv2d).count();
  }
}
