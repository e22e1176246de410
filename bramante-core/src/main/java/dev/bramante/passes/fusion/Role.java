package dev.bramante.passes.fusion;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;

/** What a node is to fusion. */
enum Role {
  /** Computes elements; part of a generated kernel. */
  MEMBER,
  /** The same elements under other axes, or repeated; costs nothing inside a kernel. */
  VIEW,
  /** A number or a position; made anew in each kernel. */
  LEAF,
  /** A kernel with an epilogue. */
  ANCHOR,
  /** Anything else: reads and writes memory. */
  OPAQUE;

  static Role of(Node node) {
    if (isEmpty(node)) {
      return node.op() instanceof Op.Reshape ? VIEW : OPAQUE;
    }
    return switch (node.op()) {
      case Op.Unary _, Op.Binary _, Op.Where _, Op.Cast _, Op.Random _, Op.Reduce _ -> MEMBER;
      case Op.Broadcast _, Op.Reshape _ -> VIEW;
      case Op.Constant(var value) -> value.shape().size() == 1 ? LEAF : OPAQUE;
      case Op.Iota _ -> LEAF;
      case Op.MatMul _, Op.Conv2d _, Op.Conv2dInputGrad _ -> ANCHOR;
      case Op.Input _, Op.Read _, Op.ArgMax _, Op.Conv2dWeightGrad _, Op.MaxPool _ -> OPAQUE;
      case Op.MaxPoolGrad _, Op.AvgPool _, Op.AvgPoolGrad _, Op.Transpose _ -> OPAQUE;
      case Op.Slice _, Op.Concat _, Op.Pad _, Op.Gather _, Op.ScatterAdd _ -> OPAQUE;
      case Op.Attention _, Op.AttentionSums _, Op.AttentionGrad _ -> OPAQUE;
      case Op.Fused _, Op.Part _, Op.After _, Op.ReplaceRows _, Op.Custom _ -> OPAQUE;
      case Op.Unpack _ -> OPAQUE;
    };
  }

  /** Whether there is nothing to compute, or nothing to compute it from. */
  private static boolean isEmpty(Node node) {
    for (Node input : node.inputs()) {
      if (input.type().shape().size() == 0) {
        return true;
      }
    }
    return node.type().shape().size() == 0;
  }
}
