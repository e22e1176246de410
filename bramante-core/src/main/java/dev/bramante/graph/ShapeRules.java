package dev.bramante.graph;

import dev.bramante.graph.Op.*;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The type of each operation's result, and the check that its operands fit. */
final class ShapeRules {
  private ShapeRules() {}

  static Type infer(Op op, List<Node> in) {
    arity(op, in.size());
    return switch (op) {
      case Input(var _, var type) -> type;
      case Read(var variable) -> variable.type();
      case Constant(var value) -> new Type(value.dtype(), value.shape());
      case Iota(var shape, _) -> new Type(DType.I32, shape);
      case Random(var shape, _) -> new Type(DType.F32, shape);
      case Unary(var kind) -> unary(kind, in.get(0).type());
      case Binary(var kind) -> binary(kind, in.get(0).type(), in.get(1).type());
      case Where() -> where(in.get(0).type(), in.get(1).type(), in.get(2).type());
      case Cast(var to) -> new Type(to, in.get(0).type().shape());
      case Unpack(var from) -> unpack(from, types(in));
      case Broadcast(var to) -> broadcast(in.get(0).type(), to);
      case Reduce(var kind, var axes) -> reduce(kind, in.get(0).type(), axes);
      case ArgMax(var axis) -> argMax(in.get(0).type(), axis);
      case MatMul mul -> matMul(mul, in.get(0).type(), in.get(1).type());
      case Conv2d conv -> WindowRules.conv2d(conv, in.get(0).type(), in.get(1).type());
      case Conv2dInputGrad grad -> WindowRules.inputGrad(grad, in.get(0).type(), in.get(1).type());
      case Conv2dWeightGrad grad ->
          WindowRules.weightGrad(grad, in.get(0).type(), in.get(1).type());
      case MaxPool(var window) -> WindowRules.pool("max pooling", window, in.get(0).type());
      case MaxPoolGrad(var window) ->
          WindowRules.maxPoolGrad(window, in.get(0).type(), in.get(1).type(), in.get(2).type());
      case AvgPool(var window) -> WindowRules.pool("average pooling", window, in.get(0).type());
      case AvgPoolGrad grad -> WindowRules.avgPoolGrad(grad, in.get(0).type());
      case Reshape(var to) -> reshape(in.get(0).type(), to);
      case Transpose(var permutation) -> transpose(in.get(0).type(), permutation);
      case Slice slice -> slice(slice, in.get(0).type());
      case Concat(var axis) -> concat(axis, in);
      case Pad pad -> pad(pad, in.get(0).type());
      case Gather() -> gather(in.get(0).type(), in.get(1).type());
      case ScatterAdd(var rows) -> scatterAdd(rows, in.get(0).type(), in.get(1).type());
      case Attention(var spec) -> AttentionShapes.attention(spec, types(in));
      case AttentionSums(var spec) -> AttentionShapes.sums(spec, types(in));
      case AttentionGrad grad -> AttentionShapes.gradient(grad, types(in));
      case Fused(var body) -> fused(body, in);
      case Part(var index) -> part(index, in.get(0));
      case ReplaceRows _ -> AttentionShapes.replaceRows(types(in));
      case After _ -> in.get(0).type();
      case Custom(var definition) -> definition.infer(types(in));
    };
  }

  private static List<Type> types(List<Node> nodes) {
    return nodes.stream().map(Node::type).toList();
  }

  private static void arity(Op op, int operands) {
    int wanted =
        switch (op) {
          case Input _, Read _, Constant _, Iota _ -> 0;
          case Unary _, Cast _, Broadcast _, Reduce _, ArgMax _, MaxPool _, AvgPool _ -> 1;
          case AvgPoolGrad _, Reshape _, Transpose _, Slice _, Pad _, Part _ -> 1;
          case Unpack(var from) -> from == DType.I8 ? 2 : 1;
          case Random _, Binary _, MatMul _, Conv2d _, Conv2dInputGrad _ -> 2;
          case Conv2dWeightGrad _, Gather _, ScatterAdd _, After _ -> 2;
          case Where _, MaxPoolGrad _, ReplaceRows _ -> 3;
          case Attention(var spec) -> spec.operands();
          case AttentionSums(var spec) -> spec.operands();
          case AttentionGrad(var spec, _) -> spec.operands() + 3;
          case Fused(var body) -> body.inputs().size();
          case Concat _, Custom _ -> operands;
        };
    if (operands != wanted) {
      throw new IllegalArgumentException(op + " takes " + wanted + " operands, not " + operands);
    }
  }

  private static Type unpack(DType from, List<Type> in) {
    boolean fits = from == DType.BF16 || from == DType.I8;
    require(fits, "unpack does not know %s", from);
    Type x = in.getFirst();
    require(x.dtype() == from && x.shape().rank() > 0, "unpack takes rows of %s, not %s", from, x);
    if (from == DType.I8) {
      Type scales = new Type(DType.F32, Shape.of(x.shape().dim(0)));
      require(in.get(1).equals(scales), "unpack needs scales %s, not %s", scales, in.get(1));
    }
    return new Type(DType.F32, x.shape());
  }

  private static Type unary(UnaryKind kind, Type x) {
    boolean fits =
        switch (kind) {
          case NOT -> x.dtype() == DType.BOOL;
          case NEG, ABS, RELU -> computes(x.dtype());
          case EXP, LOG, SQRT, RSQRT, SIN, COS, TANH, SIGMOID, ERF -> x.dtype() == DType.F32;
        };
    require(fits, "%s does not take %s", name(kind), x);
    return x;
  }

  private static boolean computes(DType dtype) {
    return dtype == DType.F32 || dtype.isInteger();
  }

  private static Type binary(BinaryKind kind, Type a, Type b) {
    require(a.equals(b), "%s needs two operands of one type, not %s and %s", name(kind), a, b);
    boolean fits = kind.isLogical() ? a.dtype() == DType.BOOL : computes(a.dtype());
    require(fits, "%s does not take %s", name(kind), a);
    return kind.isComparison() ? new Type(DType.BOOL, a.shape()) : a;
  }

  private static Type where(Type condition, Type a, Type b) {
    require(condition.dtype() == DType.BOOL, "where needs a BOOL condition, not %s", condition);
    require(a.equals(b), "where chooses between two of one type, not %s and %s", a, b);
    require(
        condition.shape().equals(a.shape()),
        "where needs a condition of its operands' shape, not %s for %s",
        condition,
        a);
    return a;
  }

  private static Type broadcast(Type x, Shape to) {
    boolean fits = x.shape().rank() == to.rank();
    for (int i = 0; fits && i < to.rank(); i++) {
      fits = x.shape().dim(i) == to.dim(i) || x.shape().dim(i) == 1;
    }
    require(fits, "cannot broadcast %s to %s", x, to);
    return x.with(to);
  }

  private static Type reduce(ReduceKind kind, Type x, List<Integer> axes) {
    require(computes(x.dtype()), "%s does not take %s", kind.name().toLowerCase(Locale.ROOT), x);
    int[] dims = x.shape().dims();
    for (int axis : axes) {
      require(axis >= 0 && axis < dims.length, "%s has no axis %d to reduce", x, axis);
      require(
          kind == ReduceKind.SUM || dims[axis] > 0,
          "no largest element along axis %d of %s",
          axis,
          x);
      dims[axis] = 1;
    }
    return x.with(Shape.of(dims));
  }

  private static Type argMax(Type x, int axis) {
    require(axis >= 0 && axis < x.shape().rank(), "%s has no axis %d for argmax", x, axis);
    require(x.dtype() == DType.F32, "argmax takes F32, not %s", x);
    require(x.shape().dim(axis) > 0, "no largest element along axis %d of %s", axis, x);
    return new Type(DType.I32, x.shape().with(axis, 1));
  }

  private static Type matMul(MatMul op, Type a, Type b) {
    int rank = a.shape().rank();
    require(
        a.dtype() == DType.F32 && b.dtype() == DType.F32,
        "a matrix product takes F32, not %s and %s",
        a,
        b);
    require(
        rank >= 2 && rank == b.shape().rank(),
        "a matrix product needs two operands of one rank of at least 2, not %s and %s",
        a,
        b);
    boolean equal = true;
    boolean ones = true;
    for (int i = 0; i < rank - 2; i++) {
      equal &= a.shape().dim(i) == b.shape().dim(i);
      ones &= b.shape().dim(i) == 1;
    }
    require(
        equal || ones,
        "a matrix product needs equal leading axes, or ones on the right, not %s and %s",
        a,
        b);
    int m = a.shape().dim(op.transposeA() ? rank - 1 : rank - 2);
    int ka = a.shape().dim(op.transposeA() ? rank - 2 : rank - 1);
    int kb = b.shape().dim(op.transposeB() ? rank - 1 : rank - 2);
    int n = b.shape().dim(op.transposeB() ? rank - 2 : rank - 1);
    require(
        ka == kb,
        "matrix product of %s%s and %s%s: inner sizes %d and %d differ",
        a,
        op.transposeA() ? " transposed" : "",
        b,
        op.transposeB() ? " transposed" : "",
        ka,
        kb);
    int[] dims = a.shape().dims();
    dims[rank - 2] = m;
    dims[rank - 1] = n;
    return a.with(Shape.of(dims));
  }

  private static Type reshape(Type x, Shape to) {
    require(
        x.shape().size() == to.size(),
        "cannot reshape %s (%d elements) to %s (%d elements)",
        x,
        x.shape().size(),
        to,
        to.size());
    return x.with(to);
  }

  private static Type transpose(Type x, List<Integer> permutation) {
    var sorted = new ArrayList<>(permutation);
    Collections.sort(sorted);
    boolean fits = permutation.size() == x.shape().rank();
    for (int i = 0; fits && i < sorted.size(); i++) {
      fits = sorted.get(i) == i;
    }
    require(fits, "%s is no permutation of the axes of %s", permutation, x);
    return x.with(Shape.of(permutation.stream().mapToInt(axis -> x.shape().dim(axis)).toArray()));
  }

  private static Type slice(Slice op, Type x) {
    boolean fits = op.starts().size() == x.shape().rank() && op.shape().rank() == x.shape().rank();
    for (int i = 0; fits && i < x.shape().rank(); i++) {
      int start = op.starts().get(i);
      fits = start >= 0 && start + op.shape().dim(i) <= x.shape().dim(i);
    }
    require(fits, "slice of %s at %s is outside %s", op.shape(), op.starts(), x);
    return x.with(op.shape());
  }

  private static Type concat(int axis, List<Node> in) {
    require(!in.isEmpty(), "concat needs at least one operand");
    Type first = in.getFirst().type();
    require(axis >= 0 && axis < first.shape().rank(), "%s has no axis %d to concat", first, axis);
    int size = 0;
    for (Node node : in) {
      Type type = node.type();
      boolean fits =
          type.dtype() == first.dtype()
              && type.shape().rank() == first.shape().rank()
              && type.shape().with(axis, 0).equals(first.shape().with(axis, 0));
      require(fits, "cannot concat %s with %s along axis %d", type, first, axis);
      size += type.shape().dim(axis);
    }
    return first.with(first.shape().with(axis, size));
  }

  private static Type pad(Pad op, Type x) {
    int rank = x.shape().rank();
    require(
        op.before().size() == rank && op.after().size() == rank,
        "pad needs a width before and after each axis of %s",
        x);
    int[] dims = x.shape().dims();
    for (int i = 0; i < rank; i++) {
      require(op.before().get(i) >= 0 && op.after().get(i) >= 0, "negative padding of %s", x);
      dims[i] += op.before().get(i) + op.after().get(i);
    }
    return x.with(Shape.of(dims));
  }

  private static Type gather(Type table, Type ids) {
    require(table.shape().rank() >= 1, "gather needs a table with rows, not %s", table);
    require(ids.dtype().isInteger(), "gather needs integer ids, not %s", ids);
    int[] dims = new int[ids.shape().rank() + table.shape().rank() - 1];
    System.arraycopy(ids.shape().dims(), 0, dims, 0, ids.shape().rank());
    System.arraycopy(table.shape().dims(), 1, dims, ids.shape().rank(), table.shape().rank() - 1);
    return table.with(Shape.of(dims));
  }

  private static Type scatterAdd(int rows, Type ids, Type updates) {
    int rank = ids.shape().rank();
    boolean fits = ids.dtype().isInteger() && updates.shape().rank() >= rank;
    for (int i = 0; fits && i < rank; i++) {
      fits = ids.shape().dim(i) == updates.shape().dim(i);
    }
    require(fits, "scatter-add: updates %s don't begin with the axes of ids %s", updates, ids);
    int[] dims = new int[1 + updates.shape().rank() - rank];
    dims[0] = rows;
    System.arraycopy(updates.shape().dims(), rank, dims, 1, dims.length - 1);
    return updates.with(Shape.of(dims));
  }

  private static Type fused(Graph body, List<Node> in) {
    for (int i = 0; i < in.size(); i++) {
      Type wanted = body.inputs().get(i).type();
      Type given = in.get(i).type();
      require(wanted.equals(given), "operand %d of a fused kernel is %s, not %s", i, given, wanted);
    }
    return body.outputs().getFirst().type();
  }

  private static Type part(int index, Node of) {
    if (of.op() instanceof Fused(var body) && index >= 0 && index < body.outputs().size()) {
      return body.outputs().get(index).type();
    }
    throw new ShapeException("no part " + index + " of " + Printer.name(of.op()));
  }

  private static String name(Enum<?> kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  static void require(boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new ShapeException(message.formatted(arguments));
    }
  }
}
