package dev.bramante.cpu;

import dev.bramante.cpu.gemm.ConvSpec;
import dev.bramante.cpu.gemm.PoolConvGradients;
import dev.bramante.cpu.gemm.PoolConvOperands;
import dev.bramante.cpu.gemm.PoolSpec;
import dev.bramante.cpu.gemm.Span;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import java.util.List;
import java.util.Optional;

/**
 * A fused body of the gradient of a max-pooling and those of the convolution under it, as the pass
 * {@code sparse-pool-gradients} makes them, taken apart.
 */
final class PoolGradients {
  private final Graph body;
  private final List<Operand> in;
  private final List<Operand> out;

  private PoolGradients(Graph body, List<Operand> in, List<Operand> out) {
    this.body = body;
    this.in = in;
    this.out = out;
  }

  /** Whether the body is one around the gradient of a pooling. */
  static boolean isOne(Graph body) {
    return body.nodes().stream().anyMatch(node -> node.op() instanceof Op.MaxPoolGrad);
  }

  static Kernel kernel(CpuContext context, Graph body, List<Operand> in, List<Operand> out) {
    var gradients = new PoolGradients(body, in, out);
    var operands = gradients.operands();
    var kernel =
        new PoolConvGradients(
            gradients.convolution(),
            gradients.pooling(),
            operands,
            context.lanes(),
            context.pool(),
            context.workspace());
    return kernel::run;
  }

  private Optional<Node> find(Class<? extends Op> kind) {
    return body.nodes().stream().filter(node -> kind.isInstance(node.op())).findFirst();
  }

  private Node gradient() {
    return find(Op.MaxPoolGrad.class).orElseThrow();
  }

  private PoolSpec pooling() {
    var window = ((Op.MaxPoolGrad) gradient().op()).window();
    return new PoolSpec(
        window.kernelH(),
        window.kernelW(),
        window.strideH(),
        window.strideW(),
        window.padH(),
        window.padW());
  }

  private ConvSpec convolution() {
    for (Node node : body.nodes()) {
      if (node.op() instanceof Op.Conv2dWeightGrad(var window, var groups, var weight)) {
        return ConvKernels.spec(window, groups, node.input(0).type().shape(), weight);
      }
      if (node.op() instanceof Op.Conv2dInputGrad(var window, var groups, var images)) {
        return ConvKernels.spec(window, groups, images, node.input(1).type().shape());
      }
    }
    throw new IllegalStateException("no gradient of a convolution in\n" + body);
  }

  private PoolConvOperands operands() {
    Node gradient = gradient();
    Optional<Node> dw = find(Op.Conv2dWeightGrad.class);
    Optional<Node> dx = find(Op.Conv2dInputGrad.class);
    return new PoolConvOperands(
        read(gradient.input(0)),
        read(gradient.input(1)),
        read(gradient.input(2)),
        dw.map(node -> read(node.input(0))).orElse(Span.NONE),
        dx.map(node -> read(node.input(1))).orElse(Span.NONE),
        dw.map(this::written).orElse(Span.NONE),
        dx.map(this::written).orElse(Span.NONE));
  }

  private Span read(Node input) {
    return span(in.get(body.inputs().indexOf(input)));
  }

  private Span written(Node output) {
    return span(out.get(body.outputs().indexOf(output)));
  }

  private static Span span(Operand operand) {
    return new Span(operand.slab(), operand.at());
  }
}
