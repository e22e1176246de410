package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Piece.Form;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reduces over the last axis and any others, where nothing depends on the results: each row, or
 * each chunk of a long one, to one element, and these in order.
 */
final class LinePart implements Part, WorkerPool.Task {
  /** Elements of a row's chunks; shorter rows are one. */
  private static final int CHUNK = 8192;

  private final WorkerPool pool;
  private final Call call;
  private final Memory memory;
  private final int rows;
  private final int cols;
  private final int chunks;
  private final int chunkCols;
  private final int blockRows;
  private final int blocks;
  private final int units;
  private final boolean shared;
  private final int scratch;
  private final List<Combine> combines = new ArrayList<>();

  LinePart(
      WorkerPool pool,
      int bits,
      Space space,
      View view,
      Function<Node, Optional<Operand>> leaves,
      List<Sum> sums,
      List<MapPart.Target> stores) {
    this.pool = pool;
    rows = view.rows();
    cols = view.cols();
    chunks = cols <= 2 * CHUNK ? 1 : Part.ceil(cols, CHUNK);
    chunkCols = Part.ceil(Part.ceil(cols, chunks), 16) * 16;
    blockRows = Math.clamp(CHUNK / cols, 1, rows);
    blocks = Part.ceil(rows, blockRows);
    int outers = view.outers();
    units = outers * blocks * chunks;
    boolean direct = chunks == 1 && !view.rowReduced() && !view.outerReduced();

    var builder =
        new PieceBuilder(Form.ROWS, bits, space, leaves, view::colStride, view::rowStride);
    stores.forEach(target -> builder.store(target.node(), target.to()));
    var partials = new ArrayList<Operand>();
    int floats = 0;
    for (Sum sum : sums) {
      Operand to = sum.to();
      if (!direct) {
        var room = Partials.of(sum, outers * rows * chunks, floats);
        floats += room.scratch();
        to = room.operand();
        partials.add(to);
        combines.add(combine(sum, room, view));
      }
      builder.fold(sum.kind(), sum.operand(), to);
    }
    scratch = floats;
    List<Operand> operands = builder.operands();
    int n = operands.size();
    int[] steps =
        operands.stream()
            .mapToInt(o -> partials.contains(o) ? chunks : view.rowStride(o.strides()))
            .toArray();
    call =
        new Call(
            builder.piece(),
            operands,
            outers * chunks,
            i -> {
              Operand operand = operands.get(i % n);
              int outer = i / n / chunks;
              int chunk = i / n % chunks;
              return partials.contains(operand)
                  ? outer * rows * chunks + chunk
                  : view.outerOffset(operand.strides(), outer);
            },
            steps,
            pool.threads());
    call.sized((long) outers * chunks, rows, Math.min(cols, chunkCols));
    memory = new Memory(pool.threads(), PieceBuilder.AREA_LENGTH, PieceBuilder.AREA_LENGTH);
    long work = (long) outers * rows * cols * call.piece().weight();
    shared = pool.threads() > 1 && work >= SHARED_WORK;
  }

  private Combine combine(Sum sum, Partials partials, View view) {
    int[] strides = sum.to().strides();
    var from = new Combine.From(partials, view.outers() * rows * chunks, 1);
    return new Combine(
        sum.kind(),
        from,
        sum.to(),
        i -> {
          int line = i / chunks;
          return view.outerOffset(strides, line / rows) + line % rows * view.rowStride(strides);
        });
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    call.bind(arrays, offsets, memory);
    combines.forEach(combine -> combine.bind(arrays, offsets));
  }

  @Override
  public int scratch() {
    return scratch;
  }

  @Override
  public void run() {
    if (shared) {
      pool.run(this, units);
    } else {
      for (int i = 0; i < units; i++) {
        run(i, 0);
      }
    }
    for (int i = 0; i < combines.size(); i++) {
      combines.get(i).run();
    }
  }

  @Override
  public void run(int index, int worker) {
    int chunk = index % chunks;
    int block = index / chunks % blocks;
    int outer = index / chunks / blocks;
    int row0 = block * blockRows;
    int col0 = Math.min(chunk * chunkCols, cols);
    int col1 = Math.min(col0 + chunkCols, cols);
    call.run(worker, outer * chunks + chunk, row0, Math.min(row0 + blockRows, rows), col0, col1);
  }
}
