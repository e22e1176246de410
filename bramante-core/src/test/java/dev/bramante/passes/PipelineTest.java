package dev.bramante.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PipelineTest {
  public static Stream<Graph> graphs() {
    return Stream.of(
        Examples.mlpStep(7, (_, x) -> x.relu()),
        Examples.mlpStep(32, (_, x) -> x.tanh()),
        Examples.mlpStep(4, (_, x) -> Functions.dropout(Functions.gelu(x), 0.5f)),
        Examples.mlpStep(1, (_, x) -> Functions.geluTanh(x)),
        Examples.clippedAdamStep(5),
        Examples.lenetStep(3),
        Examples.block(5, 6),
        Examples.attention(7, 4),
        Examples.batchNorm(5, 6),
        Examples.residualStep(2, 16),
        Examples.evaluation(2, 6),
        Examples.crossing(6, 6),
        Examples.crossing(1, 4),
        Examples.crossing(4, 1));
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void computesTheSameAfterEachPass(Graph graph) {
    Verifier.verify(graph);
    var names = new ArrayList<String>();
    Pipeline.standard()
        .run(
            graph,
            (pass, rewritten) -> {
              names.add(pass.name());
              Verifier.verify(rewritten);
              Rewrites.assertSame(graph, rewritten, 5);
            });
    assertEquals(Pipeline.standard().passes().stream().map(Pass::name).toList(), names);
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void leavesNothingElementwiseOutsideOfKernels(Graph graph) {
    Graph rewritten = Pipeline.standard().run(graph);
    List<Node> loose = rewritten.nodes().stream().filter(PipelineTest::isElementwise).toList();
    if (!loose.isEmpty()) {
      fail("outside of kernels in\n" + rewritten);
    }
  }

  private static boolean isElementwise(Node node) {
    return switch (node.op()) {
      case Op.Unary _, Op.Binary _, Op.Where _, Op.Cast _, Op.Broadcast _, Op.Reduce _ -> true;
      case Op.Random _, Op.Iota _ -> true;
      default -> false;
    };
  }
}
