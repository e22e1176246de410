package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Emitter.Locals;
import dev.bramante.cpu.loops.Piece.Fold;
import dev.bramante.cpu.loops.Piece.Store;
import dev.bramante.cpu.loops.VectorCode.Reg;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the hot methods of pieces that run down the rows with the accumulators of a strip of
 * columns in registers: {@code strip4} and the like, four vectors wide, and {@code tail} for the
 * last columns.
 */
final class ColumnCode {
  private final Piece piece;
  private final boolean[] alongColumns;
  private final boolean[] alongRows;

  ColumnCode(Piece piece) {
    this.piece = piece;
    this.alongColumns = piece.alongColumns();
    this.alongRows = piece.alongRows();
  }

  /**
   * How many vectors the strips are wide, the widest first: short computations hide the latency of
   * the additions, and neighbouring cache lines come together (3×3 max-pooling at stride 2 over
   * 112×112×64: 2.0 ms with 4, 3.6 with 1).
   */
  static int[] unrolls(Piece piece) {
    int weight = piece.weight();
    return weight <= 32 ? new int[] {4, 2, 1} : weight <= 64 ? new int[] {2, 1} : new int[] {1};
  }

  void write(ClassBuilder to) {
    for (int unroll : unrolls(piece)) {
      to.withMethodBody(
          "strip" + unroll,
          Emitter.loopType(piece, 1),
          Emitter.STATIC,
          code -> strip(code, unroll, false));
    }
    to.withMethodBody(
        "tail", Emitter.loopType(piece, 2), Emitter.STATIC, code -> strip(code, 1, true));
  }

  private void strip(CodeBuilder code, int unroll, boolean masked) {
    Locals locals = Locals.of(piece);
    int rows = locals.next();
    var insts = new InstCode(piece, code, locals.arrays(), locals.offsets());
    VectorCode v = insts.vectors();
    Reg mask = masked ? firstLanes(code, v, rows + 1) : null;
    var regs = new Reg[unroll][piece.insts().size()];
    writeAll(insts, regs, Emitter.not(alongRows));
    List<Reg> sums = new ArrayList<>();
    for (Fold fold : piece.folds()) {
      for (int u = 0; u < unroll; u++) {
        sums.add(RowCode.neutral(v, fold));
      }
    }
    int row = code.allocateLocal(TypeKind.INT);
    code.iconst_0().istore(row);
    Emitter.whileLess(
        code,
        () -> code.iload(row),
        () -> code.iload(rows),
        () -> {
          writeAll(insts, regs, alongRows);
          for (Store store : piece.stores()) {
            for (int u = 0; u < unroll; u++) {
              store(insts, locals, store.slot(), regs[u][store.value()], u, mask);
            }
          }
          int next = 0;
          for (Fold fold : piece.folds()) {
            for (int u = 0; u < unroll; u++) {
              Reg sum = sums.get(next++);
              v.set(sum, RowCode.fold(v, fold, sum, regs[u][fold.value()]));
            }
          }
          for (int i = 0; i < piece.slots().size(); i++) {
            if (piece.slots().get(i).steps()) {
              code.iload(locals.offsets()[i]).iload(locals.steps()[i]).iadd();
              code.istore(locals.offsets()[i]);
            }
          }
          code.iinc(row, 1);
        });
    int next = 0;
    for (Fold fold : piece.folds()) {
      for (int u = 0; u < unroll; u++) {
        store(insts, locals, fold.slot(), sums.get(next++), u, mask);
      }
    }
    code.return_();
  }

  private static Reg firstLanes(CodeBuilder code, VectorCode v, int count) {
    int zero = code.allocateLocal(TypeKind.INT);
    code.iconst_0().istore(zero);
    return v.inRange(zero, count);
  }

  /** What is the same for all columns is written once, the rest for each vector of the strip. */
  private void writeAll(InstCode insts, Reg[][] regs, boolean[] wanted) {
    boolean[] shared = Emitter.and(wanted, Emitter.not(alongColumns));
    insts.write(shared, regs[0], -1, 0);
    for (int u = 0; u < regs.length; u++) {
      for (int i = 0; i < shared.length; i++) {
        if (shared[i]) {
          regs[u][i] = regs[0][i];
        }
      }
      insts.write(Emitter.and(wanted, alongColumns), regs[u], -1, u * piece.lanes());
    }
  }

  private void store(InstCode insts, Locals locals, int slot, Reg value, int u, Reg mask) {
    int array = locals.arrays()[slot];
    Runnable index = insts.index(slot, -1, u * piece.lanes());
    if (mask == null) {
      insts.vectors().store(value, array, index);
    } else {
      insts.vectors().store(value, array, index, mask);
    }
  }
}
