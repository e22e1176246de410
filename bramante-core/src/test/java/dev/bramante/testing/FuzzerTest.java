package dev.bramante.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Variable;
import dev.bramante.graph.Verifier;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FuzzerTest {
  @Test
  void casesAreValidFiniteAndTheSameEachTime() {
    Fuzzer.check(
        200,
        c -> {
          Verifier.verify(c.graph());
          assertEquals(c.graph().toString(), FuzzCase.of(c.seed(), c.steps()).graph().toString());
          for (Array output : Reference.run(c.graph(), c.inputs(), c.variables()).outputs()) {
            for (double element : output.values()) {
              assertTrue(Double.isFinite(element));
            }
          }
        });
  }

  @Test
  void casesHoldEveryOperationThatIsToBeFuzzed() {
    Set<Class<?>> met = new HashSet<>();
    Fuzzer.check(200, c -> c.graph().nodes().forEach(node -> met.add(node.op().getClass())));
    Set<Class<?>> all = new HashSet<>(Set.of(Op.class.getPermittedSubclasses()));
    all.removeAll(
        Set.of(
            Op.Conv2dInputGrad.class,
            Op.Conv2dWeightGrad.class,
            Op.MaxPoolGrad.class,
            Op.AvgPoolGrad.class,
            Op.Attention.class,
            Op.AttentionSums.class,
            Op.AttentionGrad.class,
            Op.ReplaceRows.class,
            Op.Unpack.class,
            Op.Fused.class,
            Op.Part.class,
            Op.Custom.class));
    assertEquals(all, met);
  }

  /** The tolerances must hold for an evaluation that rounds after every operation. */
  @Test
  void singlePrecisionStaysWithinTheTolerances() {
    Fuzzer.check(
        300,
        c -> {
          var assigned = new HashMap<Variable, Tensor>();
          c.graph()
              .assigns()
              .forEach(assign -> assigned.put(assign.variable(), SinglePrecision.run(c).getLast()));
          Agreement.check(c, SinglePrecision.run(c), assigned);
        });
  }

  @Test
  void aWrongRewritingIsFoundAndShrunk() {
    var found =
        assertThrows(
            AssertionError.class,
            () -> Fuzzer.check(200, c -> Agreement.check(c, withoutNegation(c.graph()))));
    assertTrue(found.getMessage().startsWith("FuzzCase.of("), found.getMessage());
    assertTrue(found.getMessage().lines().count() < 12, found.getMessage());
  }

  private static Graph withoutNegation(Graph graph) {
    Map<Node, Node> made = new HashMap<>();
    for (Node node : graph.nodes()) {
      boolean negation = node.op() instanceof Op.Unary(var kind) && kind == UnaryKind.NEG;
      made.put(
          node,
          negation
              ? made.get(node.input(0))
              : node.inputs().isEmpty()
                  ? node
                  : Node.of(node.op(), node.inputs().stream().map(made::get).toList(), ""));
    }
    return Graph.of(graph.inputs(), graph.outputs().stream().map(made::get).toList(), List.of());
  }
}
