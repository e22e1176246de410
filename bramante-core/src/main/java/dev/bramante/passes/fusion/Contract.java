package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one generated kernel may hold.
 *
 * <p>A loop kernel runs over one index space. Its reductions either all run over the same last
 * axes, so that each row can be finished by itself and its results used further; or over any one
 * set of axes, and then only values of the reduced shape follow. An epilogue follows a matrix
 * product or convolution whose value nobody else reads, and has one result.
 */
final class Contract {
  private static final int MAX_OPERANDS = 16;
  private static final int MAX_MEMBERS = 64;

  /**
   * The JVM leaves methods of more than 8,000 bytes to the interpreter for good. A vector
   * instruction takes up to 28: eight error functions in one loop were too many.
   */
  private static final int MAX_INSTRUCTIONS = 280;

  /** A reduction of everything is a row to finish in passing up to this many elements. */
  private static final int MAX_SINGLE_ROW = 4096;

  private Contract() {}

  /** The axes of the group's kernel, if it can be one. */
  static Optional<Domain> domain(Group group, Units units, Alignment alignment) {
    List<Node> members = group.members();
    List<Operand> operands = Operand.of(members, units, alignment);
    boolean small =
        members.size() <= MAX_MEMBERS
            && operands.size() + group.outputs().size() <= MAX_OPERANDS
            && members.stream().mapToInt(Contract::instructions).sum() <= MAX_INSTRUCTIONS;
    if (members.size() > 1 && (!small || readsOwn(operands, group))) {
      return Optional.empty();
    }
    List<Node> anchors = members.stream().filter(m -> units.role(m) == Role.ANCHOR).toList();
    if (!anchors.isEmpty()) {
      return isEpilogue(anchors, group, alignment)
          ? Domain.as(anchors.getFirst().type().shape(), alignment)
          : Optional.empty();
    }
    return isLoop(members, units, alignment) ? loopDomain(group, alignment) : Optional.empty();
  }

  /** Roughly how many vector instructions compute one vector of the member. */
  private static int instructions(Node member) {
    return switch (member.op()) {
      case Op.Unary(var kind) ->
          switch (kind) {
            case NEG, ABS, RELU, NOT, SQRT, RSQRT -> 1;
            case EXP -> 16;
            case LOG, SIGMOID, TANH, SIN, COS -> 24;
            case ERF -> 36;
          };
      case Op.Random _ -> 14;
      default -> 1;
    };
  }

  /** Whether something is taken from memory as it is although the group itself makes it. */
  private static boolean readsOwn(List<Operand> operands, Group group) {
    return operands.stream()
        .anyMatch(operand -> group.contains(Units.throughReshapes(operand.source())));
  }

  private static Optional<Domain> loopDomain(Group group, Alignment alignment) {
    Shape preferred = group.outputs().getFirst().type().shape();
    for (Node member : group.members().reversed()) {
      Node whole = member.op() instanceof Op.Reduce ? member.input(0) : member;
      if (whole.type().shape().size() == alignment.size()) {
        preferred = whole.type().shape();
      }
    }
    Optional<Domain> domain = Optional.empty();
    if (preferred.size() == alignment.size()) {
      domain = Domain.as(preferred, alignment);
    }
    return domain.isPresent() ? domain : Domain.fewest(alignment);
  }

  private static boolean isEpilogue(List<Node> anchors, Group group, Alignment alignment) {
    Node anchor = anchors.getFirst();
    Node output = group.outputs().getFirst();
    boolean alone = group.members().size() == 1;
    boolean positions =
        alignment.values().stream().anyMatch(value -> value.op() instanceof Op.Iota);
    return anchors.size() == 1
        && group.outputs().size() == 1
        && (alone || output != anchor)
        && output.type().dtype() == DType.F32
        && !positions
        && group.members().stream().allMatch(member -> isElementwise(member, alignment));
  }

  private static boolean isElementwise(Node member, Alignment alignment) {
    return !(member.op() instanceof Op.Reduce) && alignment.isWhole(member);
  }

  private static boolean isLoop(List<Node> members, Units units, Alignment alignment) {
    List<Node> reductions = members.stream().filter(m -> m.op() instanceof Op.Reduce).toList();
    if (reductions.isEmpty()) {
      return members.stream().allMatch(member -> isElementwise(member, alignment));
    }
    Segments rows = alignment.span(reductions.getFirst());
    return reductions.stream().allMatch(r -> alignment.span(r).equals(rows))
        && (isRowwise(members, rows, alignment) || isAtEnd(members, rows, units, alignment));
  }

  /** Whether the reduction leaves the first axes. */
  static boolean isRowwise(Node reduction) {
    Shape from = reduction.input(0).type().shape();
    return Segments.full(from.size())
        .keep(from, reduction.type().shape())
        .filter(rows -> isRows(rows, from.size()))
        .isPresent();
  }

  private static boolean isRows(Segments span, int size) {
    List<Integer> bounds = span.bounds();
    return bounds.isEmpty()
        ? size <= MAX_SINGLE_ROW
        : bounds.size() == 2 && bounds.getLast() == size;
  }

  /**
   * Whether the reductions leave the first axes, everything else is per element or per row, and
   * each value runs along the whole of a row or not at all.
   */
  private static boolean isRowwise(List<Node> members, Segments rows, Alignment alignment) {
    int length = rows.bounds().isEmpty() ? alignment.size() : rows.bounds().getFirst();
    return isRows(rows, alignment.size())
        && Domain.required(alignment).subSet(1, false, length, false).isEmpty()
        && members.stream()
            .allMatch(m -> alignment.span(m).equals(rows) || isElementwise(m, alignment));
  }

  /** Whether only values of the reduced shape follow the reductions. */
  private static boolean isAtEnd(
      List<Node> members, Segments rows, Units units, Alignment alignment) {
    Set<Node> after = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node member : members) {
      boolean reduction = member.op() instanceof Op.Reduce;
      boolean follows = units.sources(member).stream().anyMatch(after::contains);
      if (follows && (reduction || alignment.isWhole(member))) {
        return false;
      }
      if (!alignment.isWhole(member) && !alignment.span(member).equals(rows)) {
        return false;
      }
      if (follows || reduction) {
        after.add(member);
      }
    }
    return true;
  }
}
