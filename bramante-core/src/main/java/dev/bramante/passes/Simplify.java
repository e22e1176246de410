package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Algebra: replaces nodes by simpler ones of the same value, until nothing can be replaced.
 *
 * <p>Rules are exact, except that they don't tell −0 from 0, and that constant factors are
 * multiplied with each other before they meet the data.
 */
public final class Simplify implements Pass {
  private static final List<UnaryOperator<Node>> RULES =
      List.of(
          ArithmeticRules::apply,
          SignRules::apply,
          ChoiceRules::apply,
          BroadcastRules::apply,
          ReduceRules::apply,
          ViewRules::apply,
          SliceRules::apply);

  @Override
  public String name() {
    return "simplify";
  }

  @Override
  public Graph apply(Graph graph) {
    Graph before;
    Graph after = graph;
    do {
      before = after;
      after = Rewriter.rewrite(before, Simplify::simplify);
    } while (after != before);
    return after;
  }

  private static Node simplify(Node node) {
    Node before;
    Node after = node;
    do {
      before = after;
      for (UnaryOperator<Node> rule : RULES) {
        after = rule.apply(after);
      }
    } while (after != before);
    return after;
  }
}
