package dev.bramante.cpu.loops;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.passes.Pipeline;
import dev.bramante.testing.FuzzCase;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the kernels of all bodies that fusion makes of random graphs. */
class FusedBodiesTest {
  private static final int GRAPHS = 12;

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
    KernelCheck.check(body, 1e-3);
  }
}
