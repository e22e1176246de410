package dev.bramante.reference;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.AttentionOptions;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.testing.Agreement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operation against products and a softmax, both in double precision. */
final class AttendingTest {
  /** An attention of either kind. */
  private interface Attention {
    Value of(Value q, Value k, Value v, int heads, AttentionOptions options);
  }

  static Stream<Function<Trace, AttentionOptions>> options() {
    return Stream.of(
        _ -> AttentionOptions.ALL,
        _ -> AttentionOptions.CAUSAL.scaled(0.6f),
        trace -> AttentionOptions.ALL.lengths(trace.input("lengths", Type.i32(2))),
        trace -> AttentionOptions.CAUSAL.after(trace.input("past", Type.i32(2))),
        trace -> AttentionOptions.CAUSAL.after(trace.input("past", Type.i32(1))),
        trace -> AttentionOptions.ALL.masked(trace.input("mask", Type.f32(2, 1, 5, 6))),
        trace ->
            AttentionOptions.CAUSAL.masked(
                trace.input("mask", new Type(DType.BOOL, Shape.of(1, 3, 5, 6)))),
        _ -> AttentionOptions.CAUSAL.dropout(0.4f));
  }

  @ParameterizedTest
  @MethodSource("options")
  void isWhatItIsComposedOf(Function<Trace, AttentionOptions> options) {
    Graph fused = graph(options, Functions::attention);
    Graph composed = graph(options, Functions::composedAttention);
    Tensor[] operands = operands(fused);
    var expected = Reference.run(composed, operands).outputs();
    var actual = Reference.run(fused, operands).outputs();
    for (int i = 0; i < expected.size(); i++) {
      Agreement.check("output " + i, expected.get(i), actual.get(i), 1e-6);
    }
  }

  private static Graph graph(Function<Trace, AttentionOptions> options, Attention attention) {
    var trace = new Trace();
    Value q = trace.input("q", Type.f32(2, 5, 12));
    Value k = trace.input("k", Type.f32(2, 6, 12));
    Value v = trace.input("v", Type.f32(2, 6, 6));
    Value weights = trace.input("weights", Type.f32(2, 5, 6));
    Value y = attention.of(q, k, v, 3, options.apply(trace));
    var outputs = new ArrayList<>(List.of(y));
    outputs.addAll(Gradients.of(y.times(weights).sum(), List.of(q, k, v)));
    return trace.graph(outputs.toArray(Value[]::new));
  }

  private static Tensor[] operands(Graph graph) {
    var random = new Random(3);
    return graph.inputs().stream()
        .map(input -> {
          Shape shape = input.type().shape();
          return switch (input.type().dtype()) {
            case I32 -> Tensor.of(shape, random.ints(shape.size(), 1, 6).toArray());
            case BOOL -> chosen(shape);
            default -> {
              var values = new float[shape.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
              }
              yield Tensor.of(shape, values);
            }
          };
        })
        .toArray(Tensor[]::new);
  }

  /** Every third is hidden, but never the first of a row, so that each query sees a key. */
  private static Tensor chosen(Shape shape) {
    Tensor values = Tensor.zeros(DType.BOOL, shape);
    byte[] chosen = values.booleans();
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = (byte) (i % shape.dim(-1) % 3 != 1 ? 1 : 0);
    }
    return values;
  }
}
