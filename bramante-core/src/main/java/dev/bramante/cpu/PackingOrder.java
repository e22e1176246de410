package dev.bramante.cpu;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.plan.Plan;
import dev.bramante.plan.Step;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * When steps prepare themselves: those that pack what a step of the prologue computes do it right
 * after that, since the plan may let the next one overwrite it.
 */
final class PackingOrder {
  private final List<List<Integer>> after = new ArrayList<>();
  private final List<Integer> atTheEnd = new ArrayList<>();

  PackingOrder(Plan plan) {
    Map<Node, Integer> computed = new IdentityHashMap<>();
    for (Step step : plan.prologue()) {
      if (step instanceof Step.Compute(var node, _, _)) {
        computed.put(node, after.size());
      }
      after.add(new ArrayList<>());
    }
    for (int i = 0; i < plan.steps().size(); i++) {
      Integer source =
          plan.steps().get(i) instanceof Step.Compute(var node, _, _)
              ? computed.get(source(right(node)))
              : null;
      (source == null ? atTheEnd : after.get(source)).add(i);
    }
  }

  /** The steps that pack what step {@code index} of the prologue computes. */
  List<Integer> after(int index) {
    return after.get(index);
  }

  /** All others. */
  List<Integer> atTheEnd() {
    return atTheEnd;
  }

  /** The right operand of a product or convolution; the node itself if it is none. */
  private static Node right(Node node) {
    int index = rightIndex(node);
    return index < 0 ? node : node.input(index);
  }

  /** The index of the right operand of a product or convolution; negative if there is none. */
  static int rightIndex(Node node) {
    if (node.op() instanceof Op.Fused(var body)) { // compact weights are not packed again
      return Epilogue.isAnchored(body)
          ? body.inputs().indexOf(Epilogue.of(body).anchor().input(1))
          : -1;
    }
    return Epilogue.isAnchor(node.op()) ? 1 : -1;
  }

  private static Node source(Node node) {
    Node source = node;
    while (source.op() instanceof Op.Reshape || source.op() instanceof Op.Part) {
      source = source.input(0);
    }
    return source;
  }
}
