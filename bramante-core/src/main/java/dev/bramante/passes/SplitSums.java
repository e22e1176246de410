package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.UnaryKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns the sum of several terms into the terms' sums where these are known: because the graph
 * takes them anyway, up to common factors, or because the term is a value less its mean, which sums
 * to zero.
 *
 * <p>The gradient of a normalisation sums what it makes of two other sums over the same elements;
 * with those it needs no pass over memory of its own. A pass for common subexpressions should
 * follow.
 */
public final class SplitSums implements Pass {
  private static final int MOST_TERMS = 8;

  @Override
  public String name() {
    return "split-sums";
  }

  @Override
  public Graph apply(Graph graph) {
    Set<Sum> known = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (isSum(node)) {
        known.add(Sum.of(Factors.of(node.input(0), axes(node)).own(), axes(node)));
      }
    }
    return Rewriter.rewrite(
        graph, (original, node) -> isSum(original) ? split(original, node, known) : node);
  }

  /** A product that is summed, its factors compared by identity whatever their order. */
  private record Sum(List<Factor> factors, List<Integer> axes) {
    static Sum of(List<Node> factors, List<Integer> axes) {
      List<Factor> sorted =
          factors.stream()
              .map(Factor::new)
              .sorted((a, b) -> Integer.compare(a.hashCode(), b.hashCode()))
              .toList();
      return new Sum(sorted, axes);
    }
  }

  /** A node, compared by identity. */
  private record Factor(Node node) {}

  private static boolean isSum(Node node) {
    return node.op() instanceof Op.Reduce(var kind, _)
        && kind == ReduceKind.SUM
        && Nodes.isFloat(node);
  }

  private static List<Integer> axes(Node sum) {
    return ((Op.Reduce) sum.op()).axes();
  }

  /** The sum of the terms' sums; the node itself if one of them is unknown. */
  private static Node split(Node original, Node node, Set<Sum> known) {
    List<Integer> axes = axes(original);
    List<Term> terms = terms(original.input(0));
    List<Term> current = terms(node.input(0));
    if (terms.size() < 2 || terms.size() > MOST_TERMS || terms.size() != current.size()) {
      return node;
    }
    var nodes = Nodes.at(node);
    Optional<Node> total = Optional.empty();
    for (int i = 0; i < terms.size(); i++) {
      Factors factors = Factors.of(terms.get(i).node(), axes);
      boolean zero = factors.own().size() == 1 && isZero(factors.own().getFirst(), axes);
      if (!zero && !(known.contains(Sum.of(factors.own(), axes)) && !factors.own().isEmpty())) {
        return node;
      }
      if (!zero) {
        Node sum = nodes.reduce(ReduceKind.SUM, current.get(i).node(), axes);
        total = Optional.of(plus(nodes, total, sum, terms.get(i).negative()));
      }
    }
    return total.orElseGet(() -> nodes.splat(0, node.type()));
  }

  private static Node plus(Nodes nodes, Optional<Node> total, Node sum, boolean negative) {
    if (total.isEmpty()) {
      return negative ? nodes.unary(UnaryKind.NEG, sum) : sum;
    }
    return nodes.binary(negative ? BinaryKind.SUB : BinaryKind.ADD, total.get(), sum);
  }

  private static boolean isZero(Node term, List<Integer> axes) {
    return Centred.of(term).filter(centred -> centred.axes().equals(axes)).isPresent();
  }

  /** One operand of a sum of several. */
  private record Term(Node node, boolean negative) {}

  private static List<Term> terms(Node node) {
    var terms = new ArrayList<Term>();
    collect(node, false, terms);
    return terms;
  }

  private static void collect(Node node, boolean negative, List<Term> terms) {
    switch (node.op()) {
      case Op.Binary(var kind)
          when (kind == BinaryKind.ADD || kind == BinaryKind.SUB)
              && terms.size() <= MOST_TERMS
              && Centred.of(node).isEmpty() -> {
        collect(node.input(0), negative, terms);
        collect(node.input(1), negative ^ (kind == BinaryKind.SUB), terms);
      }
      case Op.Unary(var kind) when kind == UnaryKind.NEG ->
          collect(node.input(0), !negative, terms);
      default -> terms.add(new Term(node, negative));
    }
  }
}
