package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Piece.Form;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Computes outputs of one shape element by element. */
final class MapPart implements Part, WorkerPool.Task {
  /** Elements that one task computes at least. */
  private static final int TASK = 8192;

  private final WorkerPool pool;
  private final Call call;
  private final Memory memory;
  private final int outers;
  private final int rows;
  private final int cols;
  private final int tasks;
  private final boolean byColumns;

  /** Where a node's value goes. */
  record Target(Node node, Operand to) {}

  MapPart(
      WorkerPool pool,
      int bits,
      Space space,
      Function<Node, Optional<Operand>> leaves,
      List<Target> targets) {
    this.pool = pool;
    int[] dims = space.dims();
    int[] result = targets.getFirst().to().strides();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = result[i] != 0 ? dims[i] : 1;
    }
    List<Node> roots = targets.stream().map(Target::node).toList();
    List<int[]> strides = new ArrayList<>(PieceBuilder.strides(space, leaves, roots));
    targets.forEach(target -> strides.add(target.to().strides()));
    var view = new View(dims, new boolean[dims.length], strides);
    var builder =
        new PieceBuilder(Form.ROWS, bits, space, leaves, view::colStride, view::rowStride);
    targets.forEach(target -> builder.store(target.node(), target.to()));
    outers = view.outers();
    rows = view.rows();
    cols = view.cols();
    call = Call.over(builder, view, pool.threads());
    call.sized(outers, rows, cols);
    memory = new Memory(pool.threads(), PieceBuilder.AREA_LENGTH, PieceBuilder.AREA_LENGTH);
    long work = (long) outers * rows * cols;
    boolean shared = pool.threads() > 1 && work * call.piece().weight() >= SHARED_WORK;
    int most = pool.threads() * 4;
    tasks = shared ? Math.clamp(work / TASK, pool.threads(), most) : 1;
    byColumns = outers * rows < 2 * tasks && cols >= tasks * 256;
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    call.bind(arrays, offsets, memory);
  }

  @Override
  public void run() {
    if (tasks == 1) {
      for (int outer = 0; outer < outers; outer++) {
        call.run(0, outer, 0, rows, 0, cols);
      }
    } else {
      pool.run(this, tasks);
    }
  }

  @Override
  public void run(int index, int worker) {
    if (byColumns) {
      int width = Part.ceil(Part.ceil(cols, tasks), 64) * 64;
      int col0 = Math.min(index * width, cols);
      int col1 = Math.min(col0 + width, cols);
      for (int outer = 0; outer < outers && col0 < col1; outer++) {
        call.run(worker, outer, 0, rows, col0, col1);
      }
    } else {
      long lines = (long) outers * rows;
      int line = (int) (lines * index / tasks);
      int end = (int) (lines * (index + 1) / tasks);
      while (line < end) {
        int outer = line / rows;
        int next = Math.min(end, (outer + 1) * rows);
        call.run(worker, outer, line - outer * rows, next - outer * rows, 0, cols);
        line = next;
      }
    }
  }
}
