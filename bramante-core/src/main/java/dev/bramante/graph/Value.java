package dev.bramante.graph;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A value while a model is being traced: what layers compute with. Each method adds an operation to
 * the trace and gives its result; nothing is computed yet.
 *
 * <p>Operands of elementwise methods broadcast as NumPy's do: axes are aligned from the last, and
 * those of size 1 or missing are repeated. Negative axes count from the end. Compared by identity.
 *
 * @see Functions for what is composed of these operations
 */
public final class Value {
  private final Trace trace;
  private final Node node;

  Value(Trace trace, Node node) {
    this.trace = trace;
    this.node = node;
  }

  /** The trace that the value belongs to. */
  public Trace trace() {
    return trace;
  }

  /** The node that computes the value. */
  public Node node() {
    return node;
  }

  /** Element type and shape. */
  public Type type() {
    return node.type();
  }

  /** The shape. */
  public Shape shape() {
    return node.type().shape();
  }

  /** The size of an axis. */
  public int dim(int axis) {
    return shape().dim(axis);
  }

  /** This value, with what follows attributed to the layer in errors and profiles. */
  public Value in(Object layer) {
    trace.enter(layer);
    return this;
  }

  /** The axis, counted from 0. */
  private int axis(int axis) {
    return trace.named(() -> shape().axis(axis));
  }

  private Shape common(String operation, Shape a, Shape b) {
    return trace.named(() -> Broadcasting.common(operation, a, b));
  }

  // Elementwise.

  /** a + b. */
  public Value plus(Value other) {
    return binary(BinaryKind.ADD, other);
  }

  /** a + constant. */
  public Value plus(float other) {
    return plus(like(other));
  }

  /** a − b. */
  public Value minus(Value other) {
    return binary(BinaryKind.SUB, other);
  }

  /** a · b, element by element. */
  public Value times(Value other) {
    return binary(BinaryKind.MUL, other);
  }

  /** a · constant. */
  public Value times(float other) {
    return times(like(other));
  }

  /** a / b, element by element. */
  public Value over(Value other) {
    return binary(BinaryKind.DIV, other);
  }

  /** The smaller of each pair. */
  public Value min(Value other) {
    return binary(BinaryKind.MIN, other);
  }

  /** The larger of each pair. */
  public Value max(Value other) {
    return binary(BinaryKind.MAX, other);
  }

  /** a^b; b is a power of a's elements. */
  public Value pow(Value other) {
    return binary(BinaryKind.POW, other);
  }

  /** A comparison or logical operation, or any other of two operands. */
  public Value binary(BinaryKind kind, Value other) {
    Shape shape = common(kind.name().toLowerCase(Locale.ROOT), shape(), other.shape());
    return trace.add(new Op.Binary(kind), broadcast(shape), other.broadcast(shape));
  }

  /** A comparison with a constant. */
  public Value binary(BinaryKind kind, float other) {
    return binary(kind, like(other));
  }

  /** A function of each element. */
  public Value unary(UnaryKind kind) {
    return trace.add(new Op.Unary(kind), this);
  }

  /** −x. */
  public Value negate() {
    return unary(UnaryKind.NEG);
  }

  /** e^x. */
  public Value exp() {
    return unary(UnaryKind.EXP);
  }

  /** Natural logarithm. */
  public Value log() {
    return unary(UnaryKind.LOG);
  }

  /** Square root. */
  public Value sqrt() {
    return unary(UnaryKind.SQRT);
  }

  /** Hyperbolic tangent. */
  public Value tanh() {
    return unary(UnaryKind.TANH);
  }

  /** Logistic function. */
  public Value sigmoid() {
    return unary(UnaryKind.SIGMOID);
  }

  /** max(x, 0). */
  public Value relu() {
    return unary(UnaryKind.RELU);
  }

  /** This BOOL chooses between the two. */
  public Value where(Value whenTrue, Value whenFalse) {
    Shape both = common("where", whenTrue.shape(), whenFalse.shape());
    Shape shape = common("where", shape(), both);
    return trace.add(
        new Op.Where(), broadcast(shape), whenTrue.broadcast(shape), whenFalse.broadcast(shape));
  }

  /** The elements as another type. */
  public Value cast(DType dtype) {
    return type().dtype() == dtype ? this : trace.add(new Op.Cast(dtype), this);
  }

  /** Repeated to the shape, which may have more axes. */
  public Value broadcast(Shape shape) {
    if (shape().equals(shape)) {
      return this;
    }
    Value aligned = this;
    if (shape().rank() < shape.rank()) {
      int[] dims = new int[shape.rank()];
      Arrays.fill(dims, 1);
      System.arraycopy(shape().dims(), 0, dims, shape.rank() - shape().rank(), shape().rank());
      aligned = reshape(dims);
    }
    return aligned.shape().equals(shape) ? aligned : trace.add(new Op.Broadcast(shape), aligned);
  }

  /** A constant of this value's element type. */
  public Value like(float constant) {
    return trace.constant(constant).cast(type().dtype());
  }

  /** The same value, taken as a constant by gradients. */
  public Value detached() {
    return trace.detach(this);
  }

  // Reductions.

  /** The sum over the axes (all if none is named), which vanish. */
  public Value sum(int... axes) {
    return reduce(ReduceKind.SUM, axes);
  }

  /** The largest element over the axes (all if none is named), which vanish. */
  public Value max(int... axes) {
    return reduce(ReduceKind.MAX, axes);
  }

  /** The mean over the axes (all if none is named), which vanish. */
  public Value mean(int... axes) {
    Value sum = sum(axes);
    return sum.times((float) ((double) sum.shape().size() / Math.max(1, shape().size())));
  }

  /** A reduction that keeps the axes with size 1. */
  public Value reduceKeeping(ReduceKind kind, int... axes) {
    return trace.add(new Op.Reduce(kind, sorted(axes)), this);
  }

  /** The I32 index of the first largest element along an axis, which vanishes. */
  public Value argMax(int axis) {
    int index = axis(axis);
    return trace.add(new Op.ArgMax(index), this).drop(List.of(index));
  }

  private Value reduce(ReduceKind kind, int... axes) {
    List<Integer> sorted = sorted(axes);
    return trace.add(new Op.Reduce(kind, sorted), this).drop(sorted);
  }

  private List<Integer> sorted(int... axes) {
    IntStream all = axes.length == 0 ? IntStream.range(0, shape().rank()) : Arrays.stream(axes);
    return all.map(this::axis).sorted().distinct().boxed().toList();
  }

  private Value drop(List<Integer> axes) {
    return reshape(
        IntStream.range(0, shape().rank())
            .filter(i -> !axes.contains(i))
            .map(i -> shape().dim(i))
            .toArray());
  }

  // Matrix products and windows.

  /** Matrix product over the last two axes. */
  public Value matmul(Value other) {
    return matmul(other, false, false);
  }

  /** Matrix product over the last two axes, each operand read transposed if asked. */
  public Value matmul(Value other, boolean transposeThis, boolean transposeOther) {
    int rank = Math.max(shape().rank(), other.shape().rank());
    return trace.add(
        new Op.MatMul(transposeThis, transposeOther), withRank(rank), other.withRank(rank));
  }

  private Value withRank(int rank) {
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    int own = shape().rank();
    System.arraycopy(shape().dims(), 0, dims, rank - own, own);
    return reshape(dims);
  }

  /** Convolution of images [N, H, W, C] with a weight [KH, KW, C/groups, O]. */
  public Value conv2d(Value weight, Window window, int groups) {
    return trace.add(new Op.Conv2d(window, groups), this, weight);
  }

  /** Largest element of each window over images [N, H, W, C]. */
  public Value maxPool(Window window) {
    return trace.add(new Op.MaxPool(window), this);
  }

  /** Mean of each window over images [N, H, W, C]. */
  public Value avgPool(Window window) {
    return trace.add(new Op.AvgPool(window), this);
  }

  // Movement.

  /** The same elements under another shape; one size may be −1 and is worked out. */
  public Value reshape(int... dims) {
    Shape to = trace.named(() -> Broadcasting.complete(shape(), dims));
    return to.equals(shape()) ? this : trace.add(new Op.Reshape(to), this);
  }

  /** Axis i of the result is axis {@code permutation[i]} of this. */
  public Value transpose(int... permutation) {
    return trace.add(
        new Op.Transpose(Arrays.stream(permutation).map(this::axis).boxed().toList()), this);
  }

  /** Elements {@code start} to {@code end} (exclusive) along an axis. */
  public Value slice(int axis, int start, int end) {
    int index = axis(axis);
    var starts = new ArrayList<Integer>(Collections.nCopies(shape().rank(), 0));
    starts.set(index, start);
    return trace.add(
        new Op.Slice(List.copyOf(starts), trace.named(() -> shape().with(index, end - start))),
        this);
  }

  /** This and the others, one after the other along an axis. */
  public Value concat(int axis, Value... others) {
    var all = new ArrayList<Value>();
    all.add(this);
    all.addAll(Arrays.asList(others));
    return trace.add(new Op.Concat(axis(axis)), all);
  }

  /** With a border of a constant along an axis. */
  public Value pad(int axis, int before, int after, float value) {
    int rank = shape().rank();
    var left = new ArrayList<Integer>(Collections.nCopies(rank, 0));
    var right = new ArrayList<Integer>(left);
    left.set(axis(axis), before);
    right.set(axis(axis), after);
    return trace.add(new Op.Pad(List.copyOf(left), List.copyOf(right), value), this);
  }

  /** The rows of this table [V, …] that the ids name: [ids…, …]. */
  public Value gather(Value ids) {
    return trace.add(new Op.Gather(), this, ids);
  }

  /** A table of zeros [rows, …] to which these rows [ids…, …] are added where the ids say. */
  public Value scatterAdd(Value ids, int rows) {
    return trace.add(new Op.ScatterAdd(rows), ids, this);
  }

  /**
   * These tables [B, S, …] with rows [B, T, …] in place of those from {@code first} on, an I32[1]
   * or an I32[B] of one number for each table. It has no gradient. Assigned to the variable that
   * these tables are read from, it copies the rows alone.
   */
  public Value replaceRows(Value rows, Value first) {
    return trace.add(new Op.ReplaceRows(), this, rows, first);
  }

  /** The type. */
  @Override
  public String toString() {
    return type().toString();
  }
}
