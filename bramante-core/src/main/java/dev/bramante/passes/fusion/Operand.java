package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a kernel reads from memory.
 *
 * @param source the node that holds it
 * @param span the part of the index space that it is laid out along, or nothing if it is taken as
 *     it is
 */
record Operand(Node source, Optional<Segments> span) {
  /** What the members of a group read, in the order of first use. */
  static List<Operand> of(List<Node> members, Units units, Alignment alignment) {
    var operands = new ArrayList<Operand>();
    for (Node member : members) {
      for (Node operand : member.inputs()) {
        Optional<Operand> outer =
            units.readsRaw(member)
                ? Optional.of(new Operand(operand, Optional.empty()))
                : outer(member, operand, units, alignment);
        outer.filter(o -> !operands.contains(o)).ifPresent(operands::add);
      }
    }
    return operands;
  }

  /** The operand at the end of the views that the reader sees through, if it is outside. */
  static Optional<Operand> outer(Node reader, Node operand, Units units, Alignment alignment) {
    Node last = reader;
    Node value = operand;
    while (alignment.isInner(value) && units.isView(value)) {
      last = value;
      value = value.input(0);
    }
    return alignment.isInner(value)
        ? Optional.empty()
        : Optional.of(new Operand(value, alignment.demand(last, value)));
  }
}
