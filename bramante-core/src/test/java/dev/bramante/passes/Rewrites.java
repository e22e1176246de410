package dev.bramante.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.graph.Verifier;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** What tests ask of a rewriting: the text that it makes, and that it computes the same. */
public final class Rewrites {
  /** Beside double precision only constants are rounded, when they are folded. */
  private static final double TOLERANCE = 1e-5;

  private Rewrites() {}

  /** Asserts what the pass makes of the graph, as text, and that it is the same computation. */
  public static void assertText(Pass pass, Graph graph, String before, String after) {
    assertEquals(before, graph.toString());
    assertEquals(after, checked(pass::apply, graph).toString());
  }

  /** The graph without the marks of tracing: constants in place, nothing twice. */
  public static Graph tidy(Graph graph) {
    Graph simple = new FoldConstants().apply(new Simplify().apply(graph));
    return new CommonSubexpressions().apply(simple);
  }

  /** Applies the rewriting, verifies the result and compares what both compute. */
  public static Graph checked(UnaryOperator<Graph> rewriting, Graph graph) {
    Verifier.verify(graph);
    Graph rewritten = rewriting.apply(graph);
    Verifier.verify(rewritten);
    assertSame(graph, rewritten, 1);
    return rewritten;
  }

  /** Asserts that both compute the same from random operands. */
  public static void assertSame(Graph expected, Graph actual, long seed) {
    var random = new Random(seed);
    List<Array> inputs = expected.inputs().stream().map(input -> operand(input, random)).toList();
    Map<Variable, Array> variables = new HashMap<>();
    for (Node node : expected.nodes()) {
      if (node.op() instanceof Op.Read(var variable)) {
        variables.put(variable, numbers(variable.type(), variable.name().equals("v"), random));
      }
    }
    Reference.Result before = Reference.run(expected, inputs, variables);
    Reference.Result after = Reference.run(actual, inputs, variables);
    for (int i = 0; i < before.outputs().size(); i++) {
      assertClose("output " + i, before.output(i), after.output(i), actual);
    }
    before
        .assigned()
        .forEach((variable, value) ->
            assertClose(variable.name(), value, after.assigned().get(variable), actual));
  }

  private static void assertClose(String what, Array expected, Array actual, Graph graph) {
    double scale = Arrays.stream(expected.values()).map(Math::abs).max().orElse(0);
    for (int i = 0; i < expected.values().length; i++) {
      double a = expected.values()[i];
      double b = actual.values()[i];
      double allowed = TOLERANCE * Math.max(1e-3, Double.isFinite(scale) ? scale : 1);
      if (!(Math.abs(a - b) <= allowed) && Double.compare(a, b) != 0) {
        throw new AssertionError(
            "%s: element %d is %s, not %s, in\n%s".formatted(what, i, b, a, graph));
      }
    }
  }

  private static Array operand(Node input, Random random) {
    Op.Input op = (Op.Input) input.op();
    return numbers(op.type(), false, random);
  }

  private static Array numbers(Type type, boolean positive, Random random) {
    var values = new double[type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type.dtype()) {
            case F32 -> (float) (positive ? random.nextDouble() : random.nextGaussian());
            case BOOL -> random.nextInt(2);
            case I32, I64, I8, BF16 -> random.nextInt(2);
          };
    }
    return new Array(type, values);
  }
}
