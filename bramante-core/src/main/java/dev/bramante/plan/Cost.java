package dev.bramante.plan;

import dev.bramante.graph.AddedRows;
import dev.bramante.graph.AttentionOperand;
import dev.bramante.graph.AttentionSpec;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.tensor.Shape;

/**
 * The work of a step, for profiles and summaries.
 *
 * @param flops floating-point operations, a multiplication with an addition counted as two; those
 *     of matrix products and convolutions only, one per element for the rest
 * @param bytes what is read and written at least: operands and results once, 4 bytes an element
 */
public record Cost(long flops, long bytes) {
  /** The work of a node. */
  public static Cost of(Node node) {
    if (node.op() instanceof Op.Fused(var body) && AddedRows.isOne(body)) {
      long added = node.input(2).type().shape().size();
      return new Cost(added, 3 * 4 * added);
    }
    long elements = node.type().shape().size();
    long bytes = 4 * elements;
    for (Node input : node.inputs()) {
      bytes += bytes(node, input);
    }
    return new Cost(flops(node), bytes);
  }

  /** Of a table of which rows are gathered, the rows are read alone. */
  private static long bytes(Node node, Node operand) {
    if (isTable(node, operand)) {
      return 4L * node.type().shape().size();
    }
    int width =
        switch (operand.type().dtype()) {
          case F32, I32, I64, BOOL -> 4;
          case BF16 -> 2;
          case I8 -> 1;
        };
    return (long) width * operand.type().shape().size();
  }

  private static boolean isTable(Node node, Node operand) {
    boolean gathers =
        node.op() instanceof Op.Gather
            || node.op() instanceof Op.Fused(var body)
                && body.outputs().getFirst().op() instanceof Op.Gather;
    return gathers && operand != node.inputs().getLast();
  }

  private static long flops(Node node) {
    long out = node.type().shape().size();
    return switch (node.op()) {
      case Op.MatMul(var transposeA, _) -> {
        Shape a = node.input(0).type().shape();
        yield 2 * out * a.dim(transposeA ? -2 : -1);
      }
      case Op.Conv2d _ -> convolution(out, node.input(1).type());
      case Op.Conv2dInputGrad _ ->
          convolution(node.input(0).type().shape().size(), node.input(1).type());
      case Op.Conv2dWeightGrad _ -> convolution(node.input(1).type().shape().size(), node.type());
      case Op.Attention(var spec) -> 2 * attention(spec, node);
      case Op.AttentionSums _ -> 0; // made in passing
      case Op.AttentionGrad(var spec, var to) ->
          (to == AttentionOperand.QUERIES ? 3 : 1) * attention(spec, node);
      case Op.Fused(var body) -> body.nodes().stream().mapToLong(Cost::flops).sum();
      case Op.Unary _, Op.Binary _, Op.Where _, Op.Random _, Op.ArgMax _ -> out;
      case Op.MaxPool _, Op.AvgPool _, Op.Reduce _ -> node.input(0).type().shape().size();
      case Op.MaxPoolGrad _, Op.AvgPoolGrad _, Op.ScatterAdd _ -> out;
      case Op.Input _, Op.Read _, Op.Constant _, Op.Iota _, Op.Cast _, Op.Broadcast _ -> 0;
      case Op.Unpack _ -> 0;
      case Op.Reshape _, Op.Transpose _, Op.Slice _, Op.Concat _, Op.Pad _, Op.Gather _ -> 0;
      case Op.Part _, Op.After _, Op.ReplaceRows _, Op.Custom _ -> 0;
    };
  }

  /** A product of all queries and keys, of which causality needs half. */
  private static long attention(AttentionSpec spec, Node node) {
    Shape q = node.input(0).type().shape();
    Shape k = node.input(1).type().shape();
    return (spec.causal() ? 1L : 2L) * q.size() * k.dim(1);
  }

  private static long convolution(long outputs, Type weight) {
    Shape w = weight.shape();
    return 2 * outputs * w.size(0, 3);
  }

  /** The sum. */
  public Cost plus(Cost other) {
    return new Cost(flops + other.flops, bytes + other.bytes);
  }
}
