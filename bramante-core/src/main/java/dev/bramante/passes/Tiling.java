package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Pieces at disjoint places along an axis, in ascending order, with zeros around and between them.
 *
 * @param type the type of the whole
 */
record Tiling(int axis, Type type, List<Piece> pieces) {
  /** What begins at {@code start}. */
  record Piece(int start, Node node) {
    int end(int axis) {
      return start + node.type().shape().dim(axis);
    }
  }

  /** The pieces of a concatenation, or of a padding with zeros along one axis. */
  static Optional<Tiling> of(Node node) {
    if (node.op() instanceof Op.Concat(var along)) {
      return of(node, along, 0, node);
    }
    if (!(node.op() instanceof Op.Pad pad) || pad.value() != 0) {
      return Optional.empty();
    }
    int axis = -1;
    for (int i = 0; i < pad.before().size(); i++) {
      if (pad.before().get(i) + pad.after().get(i) > 0) {
        if (axis >= 0) {
          return Optional.empty();
        }
        axis = i;
      }
    }
    return axis < 0 ? Optional.empty() : of(node, axis, pad.before().get(axis), node.input(0));
  }

  private static Optional<Tiling> of(Node whole, int axis, int start, Node content) {
    var pieces = new ArrayList<Piece>();
    collect(pieces, start, axis, content);
    return pieces.isEmpty()
        ? Optional.empty()
        : Optional.of(new Tiling(axis, whole.type(), List.copyOf(pieces)));
  }

  private static void collect(List<Piece> pieces, int start, int axis, Node node) {
    if (node.op() instanceof Op.Concat(var along) && along == axis) {
      int next = start;
      for (Node part : node.inputs()) {
        collect(pieces, next, axis, part);
        next += part.type().shape().dim(axis);
      }
    } else if (!Nodes.is(node, 0)) {
      pieces.add(new Piece(start, node));
    }
  }

  /**
   * The sum, if pieces that meet lie at the very same place.
   *
   * @param at the node that the sum belongs to
   */
  Optional<Tiling> plus(Tiling other, Node at) {
    if (axis != other.axis || !type.equals(other.type)) {
      return Optional.empty();
    }
    var sum = new ArrayList<>(pieces);
    for (Piece piece : other.pieces) {
      if (!add(sum, piece, at)) {
        return Optional.empty();
      }
    }
    sum.sort(Comparator.comparingInt(Piece::start));
    return Optional.of(new Tiling(axis, type, List.copyOf(sum)));
  }

  private boolean add(List<Piece> sum, Piece piece, Node at) {
    for (int i = 0; i < sum.size(); i++) {
      Piece other = sum.get(i);
      if (other.start == piece.start && other.node.type().equals(piece.node.type())) {
        Node both = Nodes.at(at).binary(BinaryKind.ADD, other.node, piece.node);
        sum.set(i, new Piece(piece.start, both));
        return true;
      }
      if (other.start < piece.end(axis) && piece.start < other.end(axis)) {
        return false;
      }
    }
    sum.add(piece);
    return true;
  }

  /**
   * The pieces with zeros between them, concatenated, and padded where they don't reach the ends.
   */
  Node toNode(Node at) {
    Nodes nodes = Nodes.at(at);
    var parts = new ArrayList<Node>();
    int start = pieces.getFirst().start;
    int end = start;
    for (Piece piece : pieces) {
      if (piece.start > end) {
        parts.add(nodes.splat(0, type.with(type.shape().with(axis, piece.start - end))));
      }
      parts.add(piece.node);
      end = piece.end(axis);
    }
    Node joined =
        parts.size() == 1 ? parts.getFirst() : Node.of(new Op.Concat(axis), parts, at.path());
    int size = type.shape().dim(axis);
    return start == 0 && end == size
        ? joined
        : nodes.of(new Op.Pad(widths(start), widths(size - end), 0), joined);
  }

  private List<Integer> widths(int width) {
    var widths = new ArrayList<>(Collections.nCopies(type.shape().rank(), 0));
    widths.set(axis, width);
    return List.copyOf(widths);
  }
}
