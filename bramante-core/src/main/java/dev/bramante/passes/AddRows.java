package dev.bramante.passes;

import dev.bramante.graph.AddedRows;
import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;

/**
 * Adds the gradients of gathered rows to what else the gradient of their table is made of, in
 * place. Of tied embeddings, that is a product for all words; the sum with another table, zero but
 * for the rows of a batch, would read and write all of both.
 */
public final class AddRows implements Pass {
  @Override
  public String name() {
    return "add-rows";
  }

  @Override
  public Graph apply(Graph graph) {
    var readers = new Readers(graph);
    return Rewriter.rewrite(
        graph,
        (original, node) -> {
          if (!(node.op() instanceof Op.Binary(var kind)) || kind != BinaryKind.ADD) {
            return node;
          }
          for (int i = 1; i >= 0; i--) {
            boolean own =
                readers.isReadOnce(original.input(0)) && readers.isReadOnce(original.input(1));
            if (own && isScatter(node.input(i)) && isTable(node.input(1 - i))) {
              return joined(node, node.input(1 - i), node.input(i));
            }
          }
          return node;
        });
  }

  private static boolean isScatter(Node node) {
    return node.op() instanceof Op.ScatterAdd;
  }

  /** Whether the node's kernel makes all of a table anyway, and could do nothing after that. */
  private static boolean isTable(Node node) {
    return node.op() instanceof Op.MatMul
        || isScatter(node)
        || node.op() instanceof Op.Fused(var body) && AddedRows.isOne(body);
  }

  private static Node joined(Node sum, Node table, Node scatter) {
    Node ids = scatter.input(0);
    Node rows = scatter.input(1);
    var op = AddedRows.of(table.type(), ids.type(), rows.type());
    return Nodes.at(sum).of(op, table, ids, rows);
  }
}
