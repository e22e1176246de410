package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Operand.Scratch;
import dev.bramante.cpu.loops.Piece.Form;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reductions of rows whose results are used along the same rows, as in a softmax. A block of rows
 * goes through alternating passes: <i>sweeps</i> over its elements, which reduce and write, and
 * <i>steps</i> over what each row has one of, kept in scratch memory, a value's rows side by side.
 */
final class RowPart implements Part, WorkerPool.Task {
  /** Elements of a block, to stay in the first-level cache between sweeps. */
  private static final int BLOCK = 4096;

  private static final int MOST_ROWS = 64;

  private final WorkerPool pool;
  private final Memory memory;
  private final int rows;
  private final int cols;
  private final int blockRows;
  private final int blocks;
  private final int units;
  private final boolean shared;
  private final List<Pass> passes = new ArrayList<>();

  /**
   * A sweep or a step.
   *
   * @param moves how far each operand moves from row to row; 0 for scratch, which begins anew with
   *     each block
   * @param at for each worker, the operands' offsets
   */
  private record Pass(Call call, boolean sweep, int[] moves, int[][] at) {}

  RowPart(
      WorkerPool pool,
      int bits,
      Graph body,
      List<Integer> outputs,
      Space space,
      View view,
      Function<Node, Optional<Operand>> bound) {
    this.pool = pool;
    rows = view.rows();
    cols = view.cols();
    blockRows = blockRows(rows, cols);
    blocks = Part.ceil(rows, blockRows);
    units = view.outers() * blocks;
    var schedule = new RowSchedule(body, outputs, space, view, bound, blockRows);
    long weight = 0;
    for (RowSchedule.Stage stage : schedule.stages()) {
      if (!stage.stepStores().isEmpty()) {
        var step =
            new PieceBuilder(
                Form.ROWS, bits, space, stage.stepLeaves(), view::rowStride, view::rowStride);
        stage.stepStores().forEach(target -> step.store(target.node(), target.to()));
        Pass pass = pass(step, view, false);
        pass.call().sized(units, 1, blockRows);
        passes.add(pass);
      }
      var sweep =
          new PieceBuilder(
              Form.ROWS, bits, space, stage.sweepLeaves(), view::colStride, view::rowStride);
      stage.sweepStores().forEach(target -> sweep.store(target.node(), target.to()));
      stage.sums().forEach(sum -> sweep.fold(sum.kind(), sum.operand(), sum.to()));
      if (!stage.sums().isEmpty() || !stage.sweepStores().isEmpty()) {
        Pass pass = pass(sweep, view, true);
        pass.call().sized(units, blockRows, cols);
        passes.add(pass);
        weight += pass.call().piece().weight();
      }
    }
    int length = schedule.scratchLength();
    memory = new Memory(pool.threads(), length, length);
    long work = (long) view.outers() * rows * cols * weight;
    shared = pool.threads() > 1 && work >= SHARED_WORK;
  }

  private static int blockRows(int rows, int cols) {
    int most = Math.min(Math.clamp(BLOCK / cols, 1, MOST_ROWS), rows);
    return most >= 16 ? most / 16 * 16 : most;
  }

  private Pass pass(PieceBuilder builder, View view, boolean sweep) {
    List<Operand> operands = builder.operands();
    int n = operands.size();
    var steps = new int[n];
    var moves = new int[n];
    for (int i = 0; i < n; i++) {
      boolean scratch = operands.get(i).source() instanceof Scratch;
      int stride = view.rowStride(operands.get(i).strides());
      steps[i] = sweep ? stride : 0;
      moves[i] = scratch ? 0 : stride;
    }
    var call =
        new Call(
            builder.piece(),
            operands,
            view.outers(),
            i -> {
              Operand operand = operands.get(i % n);
              return operand.source() instanceof Scratch
                  ? 0
                  : view.outerOffset(operand.strides(), i / n);
            },
            steps,
            pool.threads());
    return new Pass(call, sweep, moves, new int[pool.threads()][n]);
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    passes.forEach(pass -> pass.call().bind(arrays, offsets, memory));
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
  }

  @Override
  public void run(int index, int worker) {
    int outer = index / blocks;
    int first = index % blocks * blockRows;
    int count = Math.min(blockRows, rows - first);
    for (int i = 0; i < passes.size(); i++) {
      Pass pass = passes.get(i);
      int[] at = pass.at()[worker];
      pass.call().moved(outer, first, pass.moves(), at);
      if (pass.sweep()) {
        pass.call().runAt(worker, at, count, cols);
      } else {
        pass.call().runAt(worker, at, 1, count);
      }
    }
  }
}
