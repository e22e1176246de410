package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds for every value of a group which part of the group's index space it spans. Values of as
 * many elements as the space span all of it, whatever their axes; the others follow from how they
 * are repeated, reduced and combined.
 */
final class Alignment {
  private final Units units;
  private final Set<Node> inner;
  private final List<Node> values;
  private final Map<Node, Segments> spans = new IdentityHashMap<>();
  private final int size;
  private final Segments whole;

  private Alignment(List<Node> group, Units units) {
    this.units = units;
    inner = inner(group, units);
    values = new ArrayList<>(inner);
    values.sort(Comparator.comparingInt(units::position));
    size = group.stream().mapToInt(Alignment::reach).max().orElse(1);
    whole = Segments.full(size);
  }

  /** The alignment of the group, or nothing if its values don't fit into one space. */
  static Optional<Alignment> of(List<Node> group, Units units) {
    var alignment = new Alignment(group, units);
    return alignment.solve() ? Optional.of(alignment) : Optional.empty();
  }

  /** The elements that a member runs over. */
  static int reach(Node member) {
    int own = member.type().shape().size();
    return member.op() instanceof Op.Reduce
        ? Math.max(own, member.input(0).type().shape().size())
        : own;
  }

  /** Members, and the views and leaves that they read. */
  private static Set<Node> inner(List<Node> group, Units units) {
    Set<Node> values = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node member : group) {
      values.add(member);
      if (units.readsRaw(member)) {
        continue;
      }
      for (Node operand : member.inputs()) {
        Node value = operand;
        while (units.isView(value) && values.add(value)) {
          value = value.input(0);
        }
        if (units.kind(value) == Role.LEAF) {
          values.add(value);
        }
      }
    }
    return values;
  }

  /** The number of elements of the space. */
  int size() {
    return size;
  }

  /** Members, views and leaves, operands before their users. */
  List<Node> values() {
    return values;
  }

  /** Whether the node's value is made inside the kernel. */
  boolean isInner(Node node) {
    return inner.contains(node);
  }

  /** The operands, inside or not, whose places follow from the inner value's. */
  List<Node> operands(Node value) {
    return reads(value) ? value.inputs() : List.of();
  }

  /** What the inner value spans. */
  Segments span(Node value) {
    return spans.get(value);
  }

  /** Whether the inner value has an element at each place of the space. */
  boolean isWhole(Node value) {
    return same(span(value), whole);
  }

  /** What an operand must span for its reader, if that is known. */
  Optional<Segments> demand(Node reader, Node operand) {
    if (reader.op() instanceof Op.Reduce) {
      return Optional.of(whole);
    }
    Segments span = spans.get(reader);
    if (span == null) {
      return Optional.empty();
    }
    return reader.op() instanceof Op.Broadcast
        ? span.keep(reader.type().shape(), operand.type().shape())
        : Optional.of(span);
  }

  private boolean solve() {
    for (Node value : values) {
      int elements = value.type().shape().size();
      if (elements == size) {
        spans.put(value, whole);
      } else if (elements == 1) {
        spans.put(value, Segments.NONE);
      }
    }
    int known;
    do {
      known = spans.size();
      for (int i = values.size() - 1; i >= 0 && spans.size() < values.size(); i--) {
        backward(values.get(i));
      }
      for (int i = 0; i < values.size() && spans.size() < values.size(); i++) {
        forward(values.get(i));
      }
    } while (spans.size() > known && spans.size() < values.size());
    if (spans.size() < values.size()) {
      return false;
    }
    for (Node value : values) {
      if (!agrees(value)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the value is made of elements of its operands at places that follow from its own. */
  private boolean reads(Node value) {
    Role role = units.kind(value);
    return role == Role.VIEW || (role == Role.MEMBER && !(value.op() instanceof Op.Random));
  }

  /** Tells the operands of a value what to span. */
  private void backward(Node value) {
    for (Node operand : operands(value)) {
      if (inner.contains(operand) && !spans.containsKey(operand)) {
        demand(value, operand).ifPresent(span -> spans.put(operand, span));
      }
    }
  }

  /** Learns from its operands what a value spans. */
  private void forward(Node value) {
    if (spans.containsKey(value) || !reads(value) || value.op() instanceof Op.Broadcast) {
      return;
    }
    if (value.op() instanceof Op.Reduce) {
      whole
          .keep(value.input(0).type().shape(), value.type().shape())
          .ifPresent(kept -> spans.put(value, kept));
      return;
    }
    for (Node operand : value.inputs()) {
      Segments span = spans.get(operand);
      if (span != null) {
        spans.put(value, span);
        return;
      }
    }
  }

  /**
   * Whether the value's axes fit what it spans, and each operand spans what the value needs of it.
   */
  private boolean agrees(Node value) {
    Segments span = spans.get(value);
    if (span != whole && span.strides(value.type().shape()).isEmpty()) {
      return false;
    }
    if (value.op() instanceof Op.Reduce && !reduces(value, span)) {
      return false;
    }
    for (Node operand : operands(value)) {
      Optional<Segments> needed = demand(value, operand);
      boolean agrees =
          needed.isPresent()
              && (!inner.contains(operand) || same(needed.get(), spans.get(operand)));
      if (!agrees) {
        return false;
      }
    }
    return true;
  }

  private boolean reduces(Node value, Segments span) {
    Shape from = value.input(0).type().shape();
    return from.size() == size
        && whole.keep(from, value.type().shape()).filter(kept -> same(kept, span)).isPresent();
  }

  private static boolean same(Segments a, Segments b) {
    return a == b || a.equals(b);
  }
}
