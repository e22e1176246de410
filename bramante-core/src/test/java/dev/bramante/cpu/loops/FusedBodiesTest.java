package dev.bramante.cpu.loops;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.passes.Pipeline;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Tensor;
import dev.bramante.testing.FuzzCase;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the kernels of all bodies that fusion makes of random graphs. */
class FusedBodiesTest {
  private static final int GRAPHS = 12;
  private static final double TOLERANCE = 1e-3;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void ofRandomGraphs(long seed) {
    for (int i = 0; i < GRAPHS; i++) {
      bodies(FuzzCase.of(1000 * seed + i, 24).graph()).forEach(FusedBodiesTest::check);
    }
  }

  static List<Graph> bodies(Graph graph) {
    return Pipeline.standard().run(graph).nodes().stream()
        .map(Node::op)
        .filter(op -> op instanceof Op.Fused)
        .map(op -> ((Op.Fused) op).body())
        .filter(body -> body.nodes().stream().noneMatch(FusedBodiesTest::isProduct))
        .toList();
  }

  /** Bodies around a product are tile kernels. */
  private static boolean isProduct(Node node) {
    return switch (node.op()) {
      case Op.MatMul _, Op.Conv2d _, Op.Conv2dInputGrad _, Op.Conv2dWeightGrad _ -> true;
      case Op _ -> false;
    };
  }

  private static void check(Graph body) {
    List<Tensor> inputs = KernelCheck.inputs(body, 7);
    if (isWellConditioned(body, inputs)) {
      KernelCheck.check(body, inputs, TOLERANCE);
    }
  }

  /** Whether operands that are rounded differently give the same, unlike the cosine of 10⁵. */
  private static boolean isWellConditioned(Graph body, List<Tensor> inputs) {
    List<Tensor> moved = inputs.stream().map(FusedBodiesTest::moved).toList();
    var results = Reference.run(body, inputs.toArray(Tensor[]::new));
    var others = Reference.run(body, moved.toArray(Tensor[]::new));
    for (int i = 0; i < body.outputs().size(); i++) {
      double[] a = results.output(i).values();
      double[] b = others.output(i).values();
      boolean isClose =
          IntStream.range(0, a.length)
              .allMatch(j ->
                  Double.compare(a[j], b[j]) == 0
                      || Math.abs(a[j] - b[j]) <= TOLERANCE / 2 * Math.max(1, Math.abs(a[j])));
      if (!isClose) {
        return false;
      }
    }
    return true;
  }

  private static Tensor moved(Tensor x) {
    if (x.dtype() != DType.F32) {
      return x;
    }
    var values = x.floats().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= 1 + 0x1p-22f;
    }
    return Tensor.of(x.shape(), values);
  }
}
