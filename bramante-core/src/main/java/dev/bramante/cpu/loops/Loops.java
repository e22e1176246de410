package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Pooling.Kind;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.AddedRows;
import dev.bramante.graph.Op;
import dev.bramante.graph.Op.*;
import dev.bramante.graph.Type;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;
import java.util.List;

/** Chooses the kernel of an operation that is neither elementwise nor a product. */
public final class Loops {
  private Loops() {}

  /**
   * The kernel of an operation; its operands are the inputs, in order, and then the output.
   *
   * @param bits the vector width: 128, 256 or 512
   * @param pool the threads that share large kernels
   * @throws IllegalArgumentException if the operation is none of pooling, data movement, gathering,
   *     scattering, arg-max or a fused body
   */
  public static Loop of(Op op, List<Type> inputs, Type output, int bits, WorkerPool pool) {
    List<Shape> shapes = inputs.stream().map(Type::shape).toList();
    return switch (op) {
      case MaxPool(var window) -> pooling(Kind.MAX, window, shapes.get(0), bits, pool);
      case MaxPoolGrad(var window) -> pooling(Kind.MAX_GRAD, window, shapes.get(0), bits, pool);
      case AvgPool(var window) -> pooling(Kind.AVERAGE, window, shapes.get(0), bits, pool);
      case AvgPoolGrad(var window, var x) -> pooling(Kind.AVERAGE_GRAD, window, x, bits, pool);
      case ArgMax(var axis) -> new ArgMaxLoop(shapes.get(0), axis, pool);
      case Reshape _ -> BoxLoop.copy(output.shape(), pool);
      case Transpose(var permutation) ->
          TransposeLoop.of(permutation, shapes.get(0), output.shape(), pool);
      case Slice slice -> BoxLoop.slice(slice, shapes.get(0), pool);
      case Concat concat -> BoxLoop.concat(concat, shapes, output.shape(), pool);
      case Pad pad -> BoxLoop.pad(pad, shapes.get(0), output.shape(), pool);
      case ReplaceRows _ ->
          new ReplaceRowsLoop(shapes.get(0), shapes.get(1), shapes.get(2).size(), pool);
      case Gather() ->
          new RowsLoop(
              RowsLoop.Kind.GATHER,
              shapes.get(0).dim(0),
              shapes.get(1).size(),
              rowLength(shapes.get(0)),
              pool);
      case ScatterAdd(var rows) ->
          new RowsLoop(
              RowsLoop.Kind.SCATTER, rows, shapes.get(0).size(), rowLength(output.shape()), pool);
      case Fused(var body) when AddedRows.isOne(body) ->
          new RowsLoop(
              RowsLoop.Kind.ADD,
              output.shape().dim(0),
              shapes.get(1).size(),
              rowLength(output.shape()),
              pool);
      case Fused(var body) -> new LoopKernel(body, bits, pool);
      case Input _, Read _, Constant _, Iota _, Random _, Unary _, Binary _, Where _, Cast _ ->
          throw refusal(op);
      case Broadcast _, Reduce _, MatMul _, Conv2d _, Conv2dInputGrad _, Conv2dWeightGrad _ ->
          throw refusal(op);
      case Attention _, AttentionSums _, AttentionGrad _ -> throw refusal(op);
      case Unpack _, dev.bramante.graph.Op.Part _, After _, Custom _ -> throw refusal(op);
    };
  }

  private static Loop pooling(Kind kind, Window window, Shape x, int bits, WorkerPool pool) {
    return window.kernelH() * window.kernelW() <= PoolLoop.MOST_TAPS
        ? new PoolLoop(kind, window, x, bits, pool)
        : new PlainPool(kind, window, x, pool);
  }

  private static int rowLength(Shape table) {
    return table.size(1, table.rank());
  }

  private static IllegalArgumentException refusal(Op op) {
    return new IllegalArgumentException("no loop computes " + op + " by itself; wrap it in a body");
  }
}
