package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Piece.Form;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * An elementwise body that is computed one rectangle at a time, while a matrix product or a
 * convolution still has it in the cache.
 *
 * <p>Rows and columns are those of the outputs, all of one shape: the last axis is the columns, the
 * others together the rows. Memory is as for {@link LoopKernel}; an output may lie exactly on an
 * input of its shape.
 */
public final class TileKernel {
  private final Call call;
  private final Memory memory;
  private final int rows;
  private final int cols;
  private final int outers;

  /**
   * Generates the code.
   *
   * @param bits the vector width: 128, 256 or 512
   * @param workers how many threads call {@link #apply}
   * @throws IllegalArgumentException if the body has a reduction or outputs of different shapes
   */
  public TileKernel(Graph body, int bits, int workers) {
    var space = new Space(body);
    Node first = body.outputs().getFirst();
    int[] dims = first.type().shape().dims();
    for (Node output : body.outputs()) {
      if (output.type().shape().size() != space.size()) {
        throw new IllegalArgumentException(
            "outputs of a tile kernel must have the full shape, not "
                + output.type()
                + "\n"
                + body);
      }
    }
    List<Node> roots = body.outputs();
    Function<Node, Optional<Operand>> inputs = node -> LoopKernel.input(body, space, node);
    var strides = new ArrayList<>(PieceBuilder.strides(space, inputs, roots));
    roots.forEach(root -> strides.add(space.strides(root)));
    boolean columns = dims.length > 0 && dims[dims.length - 1] != 1;
    View view = View.ofTiles(space.dims(), strides, columns);
    var builder =
        new PieceBuilder(Form.ROWS, bits, space, inputs, view::colStride, view::rowStride);
    for (int i = 0; i < roots.size(); i++) {
      builder.store(roots.get(i), LoopKernel.output(body, space, i));
    }
    rows = view.rows();
    cols = view.cols();
    outers = view.outers();
    call = Call.over(builder, view, workers);
    call.sized(outers, rows, cols);
    memory = new Memory(workers, PieceBuilder.AREA_LENGTH, PieceBuilder.AREA_LENGTH);
  }

  /** How many rows there are. */
  public int rows() {
    return outers * rows;
  }

  /** How many columns there are. */
  public int cols() {
    return cols;
  }

  /** Says where inputs and then outputs are; may be called again. */
  public void bind(Object[] arrays, int[] offsets) {
    call.bind(arrays, offsets, memory);
  }

  /**
   * Computes the outputs' rows {@code row0} to {@code row1} (exclusive) in columns {@code col0} to
   * {@code col1}. Disjoint rectangles may be computed at the same time by different workers.
   */
  public void apply(int worker, int row0, int row1, int col0, int col1) {
    int row = row0;
    while (row < row1) {
      int outer = row / rows;
      int end = Math.min(row1, (outer + 1) * rows);
      call.run(worker, outer, row - outer * rows, end - outer * rows, col0, col1);
      row = end;
    }
  }
}
