package dev.bramante.plan;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Printer;
import java.util.List;
import java.util.stream.Collectors;

/** One kernel to run. */
public sealed interface Step {
  /** The places of the operands. */
  List<Buffer> inputs();

  /** The places of the results. */
  List<Buffer> outputs();

  /** What the step does, in a few words. */
  String label();

  /** The layer that it belongs to, or empty. */
  String path();

  /** The work that it does. */
  Cost cost();

  /** Computes a node. */
  record Compute(Node node, List<Buffer> inputs, List<Buffer> outputs) implements Step {
    @Override
    public String label() {
      if (node.op() instanceof Op.Fused(var body)) {
        return body.nodes().stream()
            .filter(n -> !(n.op() instanceof Op.Input || n.op() instanceof Op.Constant))
            .filter(n -> !(n.op() instanceof Op.Broadcast || n.op() instanceof Op.Reshape))
            .filter(n -> !(n.op() instanceof Op.Slice || n.op() instanceof Op.Concat))
            .map(n -> Printer.name(n.op()))
            .limit(6)
            .collect(Collectors.joining("+"));
      }
      return Printer.name(node.op());
    }

    @Override
    public String path() {
      return node.path();
    }

    @Override
    public Cost cost() {
      return Cost.of(node);
    }
  }

  /** Copies a value to another place. */
  record Copy(Buffer from, Buffer to) implements Step {
    @Override
    public List<Buffer> inputs() {
      return List.of(from);
    }

    @Override
    public List<Buffer> outputs() {
      return List.of(to);
    }

    @Override
    public String label() {
      return "copy";
    }

    @Override
    public String path() {
      return "";
    }

    @Override
    public Cost cost() {
      return new Cost(0, 8L * from.type().shape().size());
    }
  }
}
