package dev.bramante.cpu;

import dev.bramante.cpu.gemm.AttentionBackward;
import dev.bramante.cpu.gemm.AttentionForward;
import dev.bramante.cpu.gemm.AttentionOperands;
import dev.bramante.cpu.gemm.AttentionOperands.Rows;
import dev.bramante.cpu.gemm.AttentionRule;
import dev.bramante.cpu.gemm.AttentionRule.Dropout;
import dev.bramante.cpu.gemm.AttentionRule.Ints;
import dev.bramante.cpu.gemm.AttentionRule.Mask;
import dev.bramante.cpu.gemm.AttentionRule.MaskKind;
import dev.bramante.cpu.gemm.AttentionSizes;
import dev.bramante.cpu.gemm.Span;
import dev.bramante.graph.AttentionOperand;
import dev.bramante.graph.AttentionSpec;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.function.Predicate;

/**
 * Bodies of an attention, of its sums, or of its gradients, as {@code join-attention} makes them:
 * operands may be columns of a wider one, and gradients columns of a wider result.
 */
final class AttentionKernels {
  private final Node attention;
  private final Graph body;
  private final AttentionSpec spec;
  private final List<Operand> in;
  private final List<Operand> out;

  private AttentionKernels(
      Node attention, AttentionSpec spec, Graph body, List<Operand> in, List<Operand> out) {
    this.attention = attention;
    this.body = body;
    this.spec = spec;
    this.in = in;
    this.out = out;
  }

  /** Whether the body is one of attention. */
  static boolean isOne(Graph body) {
    return attends(attention(body));
  }

  /** A node with the operands of the attention, if the body is one. */
  private static Node attention(Graph body) {
    Node first = body.outputs().getFirst();
    return first.op() instanceof Op.Concat ? first.input(0) : first;
  }

  private static boolean attends(Node node) {
    return switch (node.op()) {
      case Op.Attention _, Op.AttentionSums _, Op.AttentionGrad _ -> true;
      default -> false;
    };
  }

  static Kernel kernel(CpuContext context, Graph body, List<Operand> in, List<Operand> out) {
    Node node = attention(body);
    return switch (node.op()) {
      case Op.Attention(var spec) ->
          new AttentionKernels(node, spec, body, in, out).forward(context);
      case Op.AttentionSums(var spec) ->
          new AttentionKernels(node, spec, body, in, out).forward(context);
      case Op.AttentionGrad(var spec, _) ->
          new AttentionKernels(node, spec, body, in, out).backward(context);
      default -> throw new IllegalArgumentException("no attention in\n" + body);
    };
  }

  private Kernel forward(CpuContext context) {
    var operands =
        new AttentionOperands(
            rows(0),
            rows(1),
            rows(2),
            written(node -> node.op() instanceof Op.Attention),
            written(node -> node.op() instanceof Op.AttentionSums).span());
    var kernel =
        new AttentionForward(
            sizes(), rule(), operands, context.lanes(), context.pool(), context.workspace());
    return kernel::run;
  }

  private Kernel backward(CpuContext context) {
    int first = spec.operands();
    var operands =
        new AttentionOperands(rows(0), rows(1), rows(2), rows(first), rows(first + 1).span());
    var gradients =
        new AttentionBackward.Operands(
            rows(first + 2),
            gradient(AttentionOperand.QUERIES),
            gradient(AttentionOperand.KEYS),
            gradient(AttentionOperand.VALUES));
    var kernel =
        new AttentionBackward(
            sizes(),
            rule(),
            operands,
            gradients,
            context.lanes(),
            context.pool(),
            context.workspace());
    return kernel::run;
  }

  private Rows gradient(AttentionOperand of) {
    return written(node -> node.op() instanceof Op.AttentionGrad(_, var to) && to == of);
  }

  /** Where an operand is read: where it lies, or some columns of another. */
  private Rows rows(int index) {
    Node operand = attention.input(index);
    return operand.op() instanceof Op.Slice(var starts, _)
        ? columns(in.get(place(operand.input(0))), operand.input(0), starts.getLast())
        : columns(in.get(place(operand)), operand, 0);
  }

  private int place(Node input) {
    return body.inputs().indexOf(input);
  }

  /** Where the result is written: at a place of its own, or as some columns of another. */
  private Rows written(Predicate<Node> what) {
    for (int i = 0; i < body.outputs().size(); i++) {
      Node output = body.outputs().get(i);
      int column = 0;
      for (Node piece : output.op() instanceof Op.Concat ? output.inputs() : List.of(output)) {
        if (what.test(piece)) {
          return columns(out.get(i), output, column);
        }
        column += piece.type().shape().dim(-1);
      }
    }
    return Rows.NONE;
  }

  private static Rows columns(Operand operand, Node whole, int first) {
    return new Rows(new Span(operand.slab(), operand.at() + first), whole.type().shape().dim(-1));
  }

  private Shape shape(int index) {
    return attention.input(index).type().shape();
  }

  private AttentionSizes sizes() {
    int heads = spec.heads();
    return new AttentionSizes(
        shape(0).dim(0),
        heads,
        shape(0).dim(1),
        shape(1).dim(1),
        shape(0).dim(2) / heads,
        shape(2).dim(2) / heads);
  }

  private AttentionRule rule() {
    return new AttentionRule(
        spec.causal(),
        spec.scale(),
        spec.masked() ? mask() : Mask.NONE,
        spec.bounded() ? ints(spec.lengths()) : Ints.NONE,
        spec.continued() ? ints(spec.past()) : Ints.NONE,
        spec.dropout() > 0
            ? new Dropout(spec.dropout(), spec.stream(), ints(spec.seed()), ints(spec.seed() + 1))
            : Dropout.NONE);
  }

  private Mask mask() {
    Shape shape = shape(spec.mask());
    boolean chooses = attention.input(spec.mask()).type().dtype() == DType.BOOL;
    int[] strides = shape.strides();
    return new Mask(
        chooses ? MaskKind.CHOSEN : MaskKind.ADDED,
        rows(spec.mask()).span(),
        shape.dim(0) == 1 ? 0 : strides[0],
        shape.dim(1) == 1 ? 0 : strides[1],
        shape.dim(2) == 1 ? 0 : strides[2]);
  }

  private Ints ints(int index) {
    Operand operand = in.get(place(attention.input(index)));
    return new Ints(operand.slab(), operand.at(), shape(index).size());
  }
}
