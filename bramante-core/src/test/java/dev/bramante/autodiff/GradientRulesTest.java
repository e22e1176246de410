package dev.bramante.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.UnaryKind;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the rule of every operation against differences. */
class GradientRulesTest {
  /** What has no gradient, or is no operation on values; {@link GradientsTest} tests each. */
  static final Set<Object> WITHOUT_ROW =
      Set.of(
          Op.Read.class,
          Op.Constant.class,
          Op.Iota.class,
          Op.Random.class,
          Op.ArgMax.class,
          Op.MaxPoolGrad.class,
          Op.ReplaceRows.class,
          Op.Unpack.class,
          Op.AttentionSums.class,
          Op.AttentionGrad.class,
          Op.Fused.class,
          Op.Part.class,
          Op.Custom.class,
          UnaryKind.NOT,
          BinaryKind.EQ,
          BinaryKind.NE,
          BinaryKind.LT,
          BinaryKind.LE,
          BinaryKind.GT,
          BinaryKind.GE,
          BinaryKind.AND,
          BinaryKind.OR);

  static List<GradientTable.Row> rows() {
    return GradientTable.rows();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agreesWithDifferences(GradientTable.Row row) {
    Graph graph = GradientCheck.check(row.operands(), row.function(), row.second());
    assertTrue(
        graph.nodes().stream().anyMatch(node -> subject(node.op()).equals(row.subject())),
        () -> "the row is not about " + row.subject() + ":\n" + graph);
  }

  @Test
  void everyOperationHasARowOrIsKnownToHaveNoGradient() {
    Set<Object> all = new HashSet<>(List.of(Op.class.getPermittedSubclasses()));
    all.removeAll(Set.of(Op.Unary.class, Op.Binary.class, Op.Reduce.class));
    all.addAll(Arrays.asList(UnaryKind.values()));
    all.addAll(Arrays.asList(BinaryKind.values()));
    all.addAll(Arrays.asList(ReduceKind.values()));

    Set<Object> answered = new HashSet<>(WITHOUT_ROW);
    rows().forEach(row -> answered.add(row.subject()));
    assertEquals(all, answered);
  }

  private static Object subject(Op op) {
    return switch (op) {
      case Op.Unary(var kind) -> kind;
      case Op.Binary(var kind) -> kind;
      case Op.Reduce(var kind, _) -> kind;
      default -> op.getClass();
    };
  }
}
