package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Operand.Bound;
import dev.bramante.cpu.loops.Operand.Fixed;
import dev.bramante.cpu.loops.Operand.Position;
import dev.bramante.cpu.loops.Operand.Scratch;
import dev.bramante.cpu.loops.Operand.Shared;
import dev.bramante.cpu.warmup.Warmup;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;

/** A piece's code with what it works on: arrays for each worker, offsets for each outer index. */
final class Call {
  /** Code that is warmed up, or will be. */
  private static final Set<LoopCode> NOTED = ConcurrentHashMap.newKeySet();

  private final Piece piece;
  private final LoopCode code;
  private final List<Operand> operands;
  private final int[] steps;
  private final int[] unbound;
  private final int[] offsets;
  private final Object[][] arrays;

  /**
   * @param outers how many entries the table of offsets has
   * @param offset where operand i is for entry e, at {@code e * operands + i}, counted from its
   *     array's bound offset
   * @param steps the operands' distances from row to row
   */
  Call(
      Piece piece,
      List<Operand> operands,
      int outers,
      IntUnaryOperator offset,
      int[] steps,
      int workers) {
    this.piece = piece;
    this.code = Emitter.code(piece);
    this.operands = operands;
    this.steps = steps;
    this.unbound = new int[outers * operands.size()];
    Arrays.setAll(unbound, offset);
    this.offsets = new int[unbound.length];
    this.arrays = new Object[workers][operands.size()];
  }

  /** The builder's piece over all frames of the view. */
  static Call over(PieceBuilder builder, View view, int workers) {
    List<Operand> operands = builder.operands();
    int n = operands.size();
    return new Call(
        builder.piece(),
        operands,
        view.outers(),
        i -> view.outerOffset(operands.get(i % n).strides(), i / n),
        operands.stream().mapToInt(o -> view.rowStride(o.strides())).toArray(),
        workers);
  }

  Piece piece() {
    return piece;
  }

  /** Says what one run does; for much work the code is compiled before the first run. */
  void sized(long frames, int rows, int cols) {
    long work = frames * rows * cols * piece.weight();
    if (work >= Part.SHARED_WORK && NOTED.add(code)) {
      Warmup.add(() -> new PieceTrial(piece, code, rows, cols));
    }
  }

  void bind(Object[] bound, int[] boundOffsets, Memory memory) {
    for (int i = 0; i < operands.size(); i++) {
      Operand operand = operands.get(i);
      int base =
          switch (operand.source()) {
            case Bound(var index) -> boundOffsets[index];
            case Scratch(var offset) -> offset;
            case Shared(var offset) -> boundOffsets[boundOffsets.length - 1] + offset;
            case Fixed _, Position _ -> 0;
          };
      for (int e = i; e < offsets.length; e += operands.size()) {
        offsets[e] = base + unbound[e];
      }
      for (int worker = 0; worker < arrays.length; worker++) {
        arrays[worker][i] =
            switch (operand.source()) {
              case Bound(var index) -> bound[index];
              case Scratch _ -> memory.array(worker, operand.ints());
              case Fixed(var array) -> array;
              case Shared _ -> bound[bound.length - 1];
              case Position _ -> null;
            };
      }
    }
  }

  /** Computes a part of the frame of table entry {@code outer}. */
  void run(int worker, int outer, int row0, int row1, int col0, int col1) {
    code.run(arrays[worker], offsets, outer * operands.size(), steps, row0, row1, col0, col1);
  }

  /** The same with offsets of the caller's making. */
  void runAt(int worker, int[] at, int rows, int cols) {
    code.run(arrays[worker], at, 0, steps, 0, rows, 0, cols);
  }

  /** Writes the offsets of an entry, moved by {@code count} times {@code strides}. */
  void moved(int outer, int count, int[] strides, int[] to) {
    int base = outer * strides.length;
    for (int i = 0; i < strides.length; i++) {
      to[i] = offsets[base + i] + count * strides[i];
    }
  }
}
