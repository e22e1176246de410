package dev.bramante.cpu;

import dev.bramante.cpu.gemm.AttentionBackward;
import dev.bramante.cpu.gemm.AttentionForward;
import dev.bramante.cpu.gemm.AttentionOperands;
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
 * Bodies of an attention, of its sums, or of its gradients, as {@code join-attention} makes them.
 */
final class AttentionKernels {
  private final Graph body;
  private final AttentionSpec spec;
  private final List<Operand> in;
  private final List<Operand> out;

  private AttentionKernels(Graph body, AttentionSpec spec, List<Operand> in, List<Operand> out) {
    this.body = body;
    this.spec = spec;
    this.in = in;
    this.out = out;
  }

  /** Whether the body is one of attention. */
  static boolean isOne(Graph body) {
    return switch (body.outputs().getFirst().op()) {
      case Op.Attention _, Op.AttentionSums _, Op.AttentionGrad _ -> true;
      default -> false;
    };
  }

  static Kernel kernel(CpuContext context, Graph body, List<Operand> in, List<Operand> out) {
    return switch (body.outputs().getFirst().op()) {
      case Op.Attention(var spec) -> new AttentionKernels(body, spec, in, out).forward(context);
      case Op.AttentionSums(var spec) -> new AttentionKernels(body, spec, in, out).forward(context);
      case Op.AttentionGrad(var spec, _) ->
          new AttentionKernels(body, spec, in, out).backward(context);
      default -> throw new IllegalArgumentException("no attention in\n" + body);
    };
  }

  private Kernel forward(CpuContext context) {
    var operands =
        new AttentionOperands(
            read(0),
            read(1),
            read(2),
            written(node -> node.op() instanceof Op.Attention),
            written(node -> node.op() instanceof Op.AttentionSums));
    var kernel =
        new AttentionForward(
            sizes(), rule(), operands, context.lanes(), context.pool(), context.workspace());
    return kernel::run;
  }

  private Kernel backward(CpuContext context) {
    int first = spec.operands();
    var operands = new AttentionOperands(read(0), read(1), read(2), read(first), read(first + 1));
    var gradients =
        new AttentionBackward.Operands(
            read(first + 2),
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

  private Span gradient(AttentionOperand of) {
    return written(node -> node.op() instanceof Op.AttentionGrad(_, var to) && to == of);
  }

  private Span read(int index) {
    return span(in.get(index));
  }

  private Span written(Predicate<Node> what) {
    for (int i = 0; i < body.outputs().size(); i++) {
      if (what.test(body.outputs().get(i))) {
        return span(out.get(i));
      }
    }
    return Span.NONE;
  }

  private static Span span(Operand operand) {
    return new Span(operand.slab(), operand.at());
  }

  private Shape shape(int index) {
    return body.inputs().get(index).type().shape();
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
    boolean chooses = body.inputs().get(spec.mask()).type().dtype() == DType.BOOL;
    int[] strides = shape.strides();
    return new Mask(
        chooses ? MaskKind.CHOSEN : MaskKind.ADDED,
        read(spec.mask()),
        shape.dim(0) == 1 ? 0 : strides[0],
        shape.dim(1) == 1 ? 0 : strides[1],
        shape.dim(2) == 1 ? 0 : strides[2]);
  }

  private Ints ints(int index) {
    return new Ints(in.get(index).slab(), in.get(index).at(), shape(index).size());
  }
}
