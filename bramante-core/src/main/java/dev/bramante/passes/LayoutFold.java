package dev.bramante.passes;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A transpose that products can do without, if other matrices are permuted instead.
 *
 * @param transpose what vanishes
 * @param after whether it reads a product, rather than being read by products
 * @param products the products, under a shape of rows and columns
 * @param matrices operands of products that have to be permuted
 * @param results elements of products' results that have to be permuted back
 * @param columns the permutation from the columns that the products are to see to those that they
 *     saw, and their sizes before
 */
record LayoutFold(
    Node transpose,
    boolean after,
    List<Node> products,
    List<Matrix> matrices,
    long results,
    Columns columns) {

  /** An axis of a product's operand whose elements have to change places. */
  record Matrix(Node node, int axis, Columns columns) {}

  /** The sizes that an axis is made of, and their new order. */
  record Columns(List<Integer> sizes, Permutation order) {
    Columns inverse() {
      return new Columns(order.permute(sizes), order.inverse());
    }

    Node permuted(Node x, int axis) {
      return order.within(Nodes.at(x), x, axis, sizes);
    }
  }

  /** The fold of a transpose that products alone read, if it is one. */
  static Optional<LayoutFold> beforeProducts(Node transpose, Readers readers) {
    if (readers.isResult(transpose)) {
      return Optional.empty();
    }
    var products = new ArrayList<Node>();
    Set<Optional<Columns>> columns = new HashSet<>();
    for (Node matrix : readers.of(transpose)) {
      if (!isMatrix(matrix, readers)
          || readers.of(matrix).stream().anyMatch(reader -> !isProduct(reader, matrix))) {
        return Optional.empty();
      }
      columns.add(columnsOf(transpose, matrix));
      products.addAll(readers.of(matrix));
    }
    return columns.size() == 1
        ? columns.iterator().next().map(read -> beforeProducts(transpose, products, read))
        : Optional.empty();
  }

  private static LayoutFold beforeProducts(Node transpose, List<Node> products, Columns read) {
    var matrices = new ArrayList<Matrix>();
    long results = 0;
    for (Node product : products) {
      int index = side(product, transpose);
      if (isSummed(product, index)) {
        int axis = summedAxis(product, 1 - index);
        matrices.add(new Matrix(product.input(1 - index), axis, read.inverse()));
      } else {
        results += Nodes.size(product);
      }
    }
    return new LayoutFold(transpose, false, products, matrices, results, read);
  }

  /** The fold of a transpose that reads a product alone, if it is one. */
  static Optional<LayoutFold> afterProduct(Node transpose, Readers readers) {
    Node split = transpose.input(0);
    if (!(split.op() instanceof Op.Reshape)
        || !(split.input(0).op() instanceof Op.MatMul)
        || !readers.isReadOnce(split)
        || !readers.isReadOnce(split.input(0))) {
      return Optional.empty();
    }
    Node product = split.input(0);
    return columnsOf(transpose, product)
        .map(columns -> {
          var matrix = new Matrix(product.input(1), resultAxis(product), columns);
          return new LayoutFold(transpose, true, List.of(product), List.of(matrix), 0, columns);
        });
  }

  private static boolean isMatrix(Node node, Readers readers) {
    return node.op() instanceof Op.Reshape
        && node.type().shape().rank() == 2
        && !readers.isResult(node);
  }

  /** Whether the node is a product of the matrix with one that is not the transpose as well. */
  private static boolean isProduct(Node node, Node matrix) {
    if (!(node.op() instanceof Op.MatMul)) {
      return false;
    }
    Node other = node.input(node.input(0) == matrix ? 1 : 0);
    return other != matrix
        && !(other.op() instanceof Op.Reshape && other.input(0) == matrix.input(0));
  }

  /** The product that does without the transpose; its operands may have been rewritten. */
  Node without(Node original, Node product) {
    var operands = new ArrayList<>(product.inputs());
    if (after) {
      operands.set(1, columns.permuted(product.input(1), resultAxis(product)));
      return Node.of(product.op(), operands, product.path());
    }
    int index = side(original, transpose);
    Node matrix = product.input(index);
    operands.set(index, Nodes.at(matrix).reshape(matrix.input(0).input(0), matrix.type().shape()));
    if (!isSummed(product, index)) {
      return columns.permuted(Node.of(product.op(), operands, product.path()), index);
    }
    Node other = product.input(1 - index);
    operands.set(1 - index, columns.inverse().permuted(other, summedAxis(product, 1 - index)));
    return Node.of(product.op(), operands, product.path());
  }

  /** The operand of the product that is the transpose under another shape. */
  private static int side(Node product, Node transpose) {
    Node left = product.input(0);
    return left.op() instanceof Op.Reshape && left.input(0) == transpose ? 0 : 1;
  }

  /** Whether the columns of an operand are the axis that the product sums over. */
  private static boolean isSummed(Node product, int index) {
    Op.MatMul mul = (Op.MatMul) product.op();
    return index == 0 ? !mul.transposeA() : mul.transposeB();
  }

  /** The axis of the right operand that is the result's columns. */
  private static int resultAxis(Node product) {
    return 1 - summedAxis(product, 1);
  }

  private static int summedAxis(Node product, int index) {
    Op.MatMul mul = (Op.MatMul) product.op();
    return index == 0 ? (mul.transposeA() ? 0 : 1) : (mul.transposeB() ? 1 : 0);
  }

  /**
   * How a transpose permutes the columns of a matrix of the same elements, if it leaves each row
   * alone.
   */
  private static Optional<Columns> columnsOf(Node transpose, Node matrix) {
    Shape from = transpose.input(0).type().shape();
    if (matrix.type().shape().rank() != 2 || from.size() == 0) {
      return Optional.empty();
    }
    List<Integer> axes = Permutation.of(transpose).axes();
    int rows = matrix.type().shape().dim(0);
    int first = 0;
    while (first < from.rank() && from.size(0, first) != rows && axes.get(first) == first) {
      first++;
    }
    if (first == from.rank() || from.size(0, first) != rows) {
      return Optional.empty();
    }
    int start = first;
    List<Integer> order = axes.stream().skip(start).map(axis -> axis - start).toList();
    List<Integer> sizes = new ArrayList<>();
    for (int i = start; i < from.rank(); i++) {
      sizes.add(from.dim(i));
    }
    return order.stream().anyMatch(axis -> axis < 0)
        ? Optional.empty()
        : Optional.of(new Columns(List.copyOf(sizes), new Permutation(order)));
  }
}
