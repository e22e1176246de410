package dev.bramante.graph;

import java.util.List;

/**
 * The body of a kernel that adds rows to a table at given numbers, (table, ids, rows) → table +
 * scatter_add(ids, rows). Where the table may be overwritten, only its rows that are added to need
 * be touched.
 */
public final class AddedRows {
  private AddedRows() {}

  /**
   * The operation for operands of these types.
   *
   * @param table [R, ...]
   * @param ids any shape of whole numbers
   * @param rows the shape of {@code ids} followed by that of a row
   */
  public static Op.Fused of(Type table, Type ids, Type rows) {
    Node x = Node.of(new Op.Input("x0", table), List.of(), "");
    Node numbers = Node.of(new Op.Input("x1", ids), List.of(), "");
    Node updates = Node.of(new Op.Input("x2", rows), List.of(), "");
    var scatter = new Op.ScatterAdd(table.shape().dim(0));
    Node scattered = Node.of(scatter, List.of(numbers, updates), "");
    Node sum = Node.of(new Op.Binary(BinaryKind.ADD), List.of(x, scattered), "");
    return new Op.Fused(Graph.of(List.of(x, numbers, updates), List.of(sum), List.of()));
  }

  /** Whether the body is such a one. */
  public static boolean isOne(Graph body) {
    Node sum = body.outputs().getFirst();
    return body.outputs().size() == 1
        && body.inputs().size() == 3
        && sum.op() instanceof Op.Binary(var kind)
        && kind == BinaryKind.ADD
        && sum.input(0) == body.inputs().get(0)
        && sum.input(1).op() instanceof Op.ScatterAdd
        && sum.input(1).inputs().equals(body.inputs().subList(1, 3));
  }
}
