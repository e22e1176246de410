package dev.bramante.graph;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;

/**
 * What a node does. An operation carries attributes only; its operands belong to the node.
 *
 * <p>The set is sealed: shape rules, gradient rules, the reference evaluation and each backend's
 * lowering are exhaustive switches over it, so that a new operation does not compile until each of
 * them has an answer. Operands must agree exactly in shape; {@link Value} inserts the {@link
 * Broadcast}s. Axes are counted from 0.
 */
public sealed interface Op {
  /** A value given at each run. */
  record Input(String name, Type type) implements Op {}

  /** What a variable holds at the beginning of the run. */
  record Read(Variable variable) implements Op {}

  /** A fixed value. */
  record Constant(Tensor value) implements Op {}

  /** An I32 of the shape that holds each element's position along an axis. */
  record Iota(Shape shape, int axis) implements Op {}

  /**
   * Uniform numbers in [0, 1) of the shape: element i is {@link Counter#uniform} of the operands
   * (seed, step: I32 scalars), the stream and i.
   */
  record Random(Shape shape, int stream) implements Op {}

  /** A function of each element: (x). */
  record Unary(UnaryKind kind) implements Op {}

  /** A function of each pair of elements: (a, b), of the same type and shape. */
  record Binary(BinaryKind kind) implements Op {}

  /** Chooses by a BOOL: (condition, whenTrue, whenFalse), of the same shape. */
  record Where() implements Op {}

  /** Converts the elements: floats to integers by truncation, numbers to BOOL by {@code != 0}. */
  record Cast(DType to) implements Op {}

  /**
   * What a compact form stands for: (x BF16), or (x I8 [R, …], scales F32[R]), whose elements are
   * multiplied by their row's scale; F32 of x's shape.
   */
  record Unpack(DType from) implements Op {}

  /** Repeats along axes of size 1, to a shape of the same rank. */
  record Broadcast(Shape to) implements Op {}

  /** Reduces over the axes (ascending), which stay with size 1. */
  record Reduce(ReduceKind kind, List<Integer> axes) implements Op {}

  /** The I32 index of the first largest element along an axis, which stays with size 1. */
  record ArgMax(int axis) implements Op {}

  /**
   * Matrix product over the last two axes: (a, b), of the same rank ≥ 2; leading axes must be
   * equal, or b's all 1. Each operand is read transposed where its flag says so.
   */
  record MatMul(boolean transposeA, boolean transposeB) implements Op {}

  /** Convolution: (x [N, H, W, C], weight [KH, KW, C/groups, O]) to [N, OH, OW, O]. */
  record Conv2d(Window window, int groups) implements Op {}

  /** Gradient of {@link Conv2d} to its input: (dy, weight) to the input's shape. */
  record Conv2dInputGrad(Window window, int groups, Shape input) implements Op {}

  /** Gradient of {@link Conv2d} to its weight: (x, dy) to the weight's shape. */
  record Conv2dWeightGrad(Window window, int groups, Shape weight) implements Op {}

  /** Largest element of each window: (x [N, H, W, C]); padding never wins. */
  record MaxPool(Window window) implements Op {}

  /** Gradient of {@link MaxPool}: (x, y, dy) to x's shape; the first largest element gets all. */
  record MaxPoolGrad(Window window) implements Op {}

  /** Mean of each window: (x [N, H, W, C]), dividing by the kernel's size, padding included. */
  record AvgPool(Window window) implements Op {}

  /** Gradient of {@link AvgPool}: (dy) to the input's shape. */
  record AvgPoolGrad(Window window, Shape input) implements Op {}

  /** The same elements in row-major order under another shape. */
  record Reshape(Shape to) implements Op {}

  /** Axis i of the result is axis {@code permutation[i]} of the operand. */
  record Transpose(List<Integer> permutation) implements Op {}

  /** The box that begins at {@code starts} and has {@code shape}. */
  record Slice(List<Integer> starts, Shape shape) implements Op {}

  /** The operands one after the other along an axis. */
  record Concat(int axis) implements Op {}

  /** The operand in the midst of a constant border of the given widths per axis. */
  record Pad(List<Integer> before, List<Integer> after, float value) implements Op {}

  /** Rows of a table: (table [V, …], ids of any shape) to [ids…, …]. */
  record Gather() implements Op {}

  /** Adds rows into a table of zeros: (ids of any shape, updates [ids…, …]) to [rows, …]. */
  record ScatterAdd(int rows) implements Op {}

  /**
   * Writes rows into tables: (tables [B, S, …], rows [B, T, …], first I32[B] or I32[1]) to the
   * tables with rows first … first + T − 1 of each replaced, as a cache of keys is filled.
   */
  record ReplaceRows() implements Op {}

  /**
   * The first operand, once the second has been computed: (x, then). It orders steps and keeps what
   * follows apart from equal operations on x itself, so that a value may be computed again instead
   * of being kept.
   */
  record After() implements Op {}

  /**
   * Multi-head attention: (queries [B, T, heads · D], keys [B, S, heads · D], values [B, S, heads ·
   * E], and what the specification names) to [B, T, heads · E]. A query that sees no key gets
   * zeros.
   */
  record Attention(AttentionSpec spec) implements Op {}

  /**
   * The logarithm of the sum of the exponentials of each query's scores, [B, heads, T], of the
   * operands of {@link Attention}; 0 for a query that sees no key. What gradients need.
   */
  record AttentionSums(AttentionSpec spec) implements Op {}

  /**
   * Gradient of {@link Attention} to its queries, keys or values: (its operands, y, its {@link
   * AttentionSums}, dy).
   */
  record AttentionGrad(AttentionSpec spec, AttentionOperand to) implements Op {}

  /**
   * Several operations as one kernel. The body's inputs stand for the operands, in order; the
   * node's value is the body's first output, further ones are had by {@link Part}.
   */
  record Fused(Graph body) implements Op {}

  /** Output {@code index} of a {@link Fused} operand. */
  record Part(int index) implements Op {}

  /** An operation from outside. */
  record Custom(CustomOp definition) implements Op {}
}
