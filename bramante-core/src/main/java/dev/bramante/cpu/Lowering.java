package dev.bramante.cpu;

import dev.bramante.cpu.gemm.TileEpilogue;
import dev.bramante.cpu.loops.Loops;
import dev.bramante.cpu.loops.TileKernel;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.plan.Plan;
import dev.bramante.plan.Step;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Chooses the kernel of each step and binds it to its memory. */
final class Lowering {
  private final CpuMemory memory;
  private final CpuContext context;
  private final Set<Node> stable;

  Lowering(Plan plan, CpuMemory memory, CpuContext context) {
    this.memory = memory;
    this.context = context;
    this.stable = plan.graph().stable();
  }

  Kernel lower(Step step) {
    return switch (step) {
      case Step.Copy(var from, var to) ->
          new CopyKernel(memory.operand(from), memory.operand(to), from.type().shape().size());
      case Step.Compute(var node, _, _) -> compute(step, node);
    };
  }

  private Kernel compute(Step step, Node node) {
    List<Operand> in = step.inputs().stream().map(memory::operand).toList();
    List<Operand> out = step.outputs().stream().map(memory::operand).toList();
    return switch (node.op()) {
      case Op.Fused(var body) when PoolGradients.isOne(body) ->
          PoolGradients.kernel(context, body, in, out);
      case Op.Fused(var body) when AttentionKernels.isOne(body) ->
          AttentionKernels.kernel(context, body, in, out);
      case Op.Attention _, Op.AttentionSums _, Op.AttentionGrad _ ->
          AttentionKernels.kernel(context, Bodies.of(node), in, out);
      case Op.Fused(var body) when UnpackKernels.gathers(body) ->
          UnpackKernels.gather(context, body, in, out.getFirst());
      case Op.Unpack _ -> UnpackKernels.unpack(context, node, in, out.getFirst());
      case Op.Fused(var body) when !Epilogue.isAnchored(body) -> loop(node.op(), node, in, out);
      case Op.Fused(var body) -> anchored(body, step, in, out.getFirst());
      case Op.MatMul _, Op.Conv2d _, Op.Conv2dInputGrad _ ->
          anchored(Bodies.of(node), step, in, out.getFirst());
      case Op.Conv2dWeightGrad(var window, var groups, var weight) -> {
        Shape x = node.input(0).type().shape();
        var spec = ConvKernels.spec(window, groups, x, weight);
        yield ConvKernels.weightGradient(context, spec, in.get(0), in.get(1), out.getFirst());
      }
      case Op.Unary _, Op.Binary _, Op.Where _, Op.Cast _, Op.Broadcast _, Op.Reduce _ ->
          loop(new Op.Fused(Bodies.of(node)), node, in, out);
      case Op.Iota _, Op.Random _ -> loop(new Op.Fused(Bodies.of(node)), node, in, out);
      case Op.MaxPool _, Op.MaxPoolGrad _, Op.AvgPool _, Op.AvgPoolGrad _, Op.ArgMax _ ->
          loop(node.op(), node, in, out);
      case Op.Transpose _, Op.Slice _, Op.Concat _, Op.Pad _, Op.Gather _, Op.ScatterAdd _ ->
          loop(node.op(), node, in, out);
      case Op.ReplaceRows _ -> loop(node.op(), node, in, out);
      case Op.Custom(var definition) -> new CustomKernel(definition, node, in, out.getFirst());
      case Op.Input _, Op.Read _, Op.Constant _, Op.Reshape _, Op.Part _, Op.After _ ->
          throw new IllegalStateException("a view is no step: " + node.op());
    };
  }

  private Kernel loop(Op op, Node node, List<Operand> in, List<Operand> out) {
    List<Type> types = node.inputs().stream().map(Node::type).toList();
    var loop = Loops.of(op, types, node.type(), context.vectorBits(), context.pool());
    List<Operand> operands = Operand.concat(in, out);
    if (loop.scratch() > 0) {
      operands = Operand.concat(operands, List.of(memory.scratch(loop.scratch())));
    }
    memory.bind(operands, loop::bind);
    return loop::run;
  }

  /** A product or convolution; what its micro-kernel cannot do is done to each finished tile. */
  private Kernel anchored(Graph body, Step step, List<Operand> in, Operand out) {
    Epilogue epilogue = Epilogue.of(body);
    if (epilogue.rest().isEmpty()) {
      return anchor(epilogue, TileEpilogue.NONE, body, step, in, out);
    }
    var operands = new ArrayList<Operand>(List.of(out));
    epilogue.restOperands().forEach(index -> operands.add(in.get(index)));
    Graph rest = epilogue.rest().get();
    operands.add(out);
    var tile = new TileKernel(rest, context.vectorBits(), context.pool().threads());
    memory.bind(operands, tile::bind);
    var tail = new TileTail(tile, rowsPerItem(epilogue.anchor()));
    return anchor(epilogue, tail, body, step, in, out);
  }

  /** Rows of the result of one product of a batch, or pixels of one image. */
  private static int rowsPerItem(Node anchor) {
    Shape shape = anchor.type().shape();
    return anchor.op() instanceof Op.MatMul ? shape.dim(-2) : shape.size(1, 3);
  }

  private Kernel anchor(
      Epilogue epilogue, TileEpilogue tail, Graph body, Step step, List<Operand> in, Operand out) {
    Node anchor = epilogue.anchor();
    if (anchor.input(1).op() instanceof Op.Unpack) {
      return UnpackKernels.product(context, epilogue, tail, body, in, out);
    }
    Operand left = in.get(body.inputs().indexOf(anchor.input(0)));
    int rightIndex = body.inputs().indexOf(anchor.input(1));
    Operand right = in.get(rightIndex);
    Operand bias = epilogue.bias().map(in::get).orElse(Operand.NONE);
    boolean rightStable = stable.contains(((Step.Compute) step).node().input(rightIndex));
    return switch (anchor.op()) {
      case Op.MatMul _ ->
          ThinKernel.pays(anchor)
              ? new ThinKernel(context, epilogue, tail, left, right, bias, out)
              : new MatMulKernel(
                  context, memory, epilogue, tail, left, right, rightStable, bias, out);
      case Op.Conv2d(var window, var groups) -> {
        Shape x = anchor.input(0).type().shape();
        var spec = ConvKernels.spec(window, groups, x, anchor.input(1).type().shape());
        yield new ConvForwardKernel(
            context, memory, spec, epilogue, tail, left, right, rightStable, bias, out);
      }
      case Op.Conv2dInputGrad(var window, var groups, var x) -> {
        var spec = ConvKernels.spec(window, groups, x, anchor.input(1).type().shape());
        yield ConvKernels.inputGradient(context, spec, tail, left, right, out);
      }
      default -> throw new IllegalStateException("no anchor: " + anchor.op());
    };
  }
}
