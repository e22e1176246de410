package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
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
  private final Set<Node> inner;
  private final List<Node> values;
  private final Map<Node, Segments> spans = new IdentityHashMap<>();
  private final int size;
  private boolean changed;
  private boolean fits = true;

  private Alignment(List<Node> group, Units units) {
    inner = inner(group, units);
    values = new ArrayList<>(inner);
    values.sort(Comparator.comparingInt(units::position));
    size = group.stream().mapToInt(Alignment::reach).max().orElse(1);
  }

  /** The alignment of the group, or nothing if its values don't fit into one space. */
  static Optional<Alignment> of(List<Node> group, Units units) {
    var alignment = new Alignment(group, units);
    return alignment.solve() ? Optional.of(alignment) : Optional.empty();
  }

  /** The elements that a member runs over. */
  private static int reach(Node member) {
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
        while (Units.isView(value) && values.add(value)) {
          value = value.input(0);
        }
        if (Role.of(value) == Role.LEAF) {
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

  /** What the inner value spans. */
  Segments span(Node value) {
    return spans.get(value);
  }

  /** What an operand must span for its reader, if that is known. */
  Optional<Segments> demand(Node reader, Node operand) {
    if (reader.op() instanceof Op.Reduce) {
      return Optional.of(Segments.full(size));
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
      if (value.type().shape().size() == size) {
        set(value, Segments.full(size));
      } else if (value.type().shape().size() == 1) {
        set(value, Segments.NONE);
      }
    }
    do {
      changed = false;
      values.reversed().forEach(this::backward);
      values.forEach(this::forward);
    } while (changed && fits);
    return fits && spans.size() == values.size() && values.stream().allMatch(this::agrees);
  }

  private boolean reads(Node value) {
    Role role = Role.of(value);
    return role == Role.VIEW || (role == Role.MEMBER && !(value.op() instanceof Op.Random));
  }

  private void backward(Node value) {
    if (!reads(value)) {
      return;
    }
    for (Node operand : value.inputs()) {
      if (inner.contains(operand)) {
        demand(value, operand).ifPresent(span -> set(operand, span));
      }
    }
  }

  private void forward(Node value) {
    if (!reads(value) || value.op() instanceof Op.Broadcast) {
      return;
    }
    for (Node operand : value.inputs()) {
      Segments span = spans.get(operand);
      if (span == null) {
        continue;
      }
      if (value.op() instanceof Op.Reduce) {
        span.keep(operand.type().shape(), value.type().shape())
            .ifPresentOrElse(kept -> set(value, kept), () -> fits = false);
      } else {
        set(value, span);
      }
    }
    if (value.op() instanceof Op.Reduce && spans.get(value) == null) {
      Segments.full(size)
          .keep(value.input(0).type().shape(), value.type().shape())
          .ifPresentOrElse(kept -> set(value, kept), () -> fits = false);
    }
  }

  private void set(Node value, Segments span) {
    Segments before = spans.putIfAbsent(value, span);
    if (before == null) {
      changed = true;
      fits &= span.strides(value.type().shape()).isPresent();
    } else {
      fits &= before.equals(span);
    }
  }

  /** Whether every operand spans what its reader needs. */
  private boolean agrees(Node value) {
    if (!reads(value)) {
      return true;
    }
    for (Node operand : value.inputs()) {
      Optional<Segments> needed = demand(value, operand);
      boolean agrees =
          needed.isPresent() && (!inner.contains(operand) || needed.get().equals(span(operand)));
      if (!agrees) {
        return false;
      }
    }
    return true;
  }
}
