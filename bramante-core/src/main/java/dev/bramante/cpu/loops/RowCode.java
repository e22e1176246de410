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
 * Writes the hot methods of pieces that run along one row: {@code loop} over whole vectors, {@code
 * tail} for what remains, and, with folds, {@code only} for rows shorter than a vector.
 */
final class RowCode {
  private final Piece piece;
  private final boolean[] along;

  RowCode(Piece piece) {
    this.piece = piece;
    this.along = piece.alongColumns();
  }

  /**
   * How many vectors the loop takes at a time, each with accumulators of its own: a maximum that
   * orders NaN takes a dozen cycles, and waits for the one before.
   */
  static int unroll(Piece piece) {
    return !piece.folds().isEmpty() && piece.weight() <= 8 ? 4 : 1;
  }

  void write(ClassBuilder to) {
    to.withMethodBody("loop", Emitter.loopType(piece, 1), Emitter.STATIC, this::loop);
    to.withMethodBody("tail", Emitter.loopType(piece, 2), Emitter.STATIC, code -> rest(code, true));
    if (!piece.folds().isEmpty()) {
      to.withMethodBody(
          "only", Emitter.loopType(piece, 1), Emitter.STATIC, code -> rest(code, false));
    }
  }

  private void loop(CodeBuilder code) {
    Locals locals = Locals.of(piece);
    var insts = new InstCode(piece, code, locals.arrays(), locals.offsets());
    VectorCode v = insts.vectors();
    int end = locals.next();
    var regs = new Reg[piece.insts().size()];
    insts.write(Emitter.not(along), regs, -1, 0);
    int unroll = unroll(piece);
    List<List<Reg>> sums = new ArrayList<>();
    for (int u = 0; u < unroll; u++) {
      sums.add(piece.folds().stream().map(fold -> neutral(v, fold)).toList());
    }
    int i = code.allocateLocal(TypeKind.INT);
    code.iconst_0().istore(i);
    Emitter.whileLess(
        code,
        () -> code.iload(i),
        () -> code.iload(end),
        () -> {
          for (int u = 0; u < unroll; u++) {
            vector(insts, locals, regs, sums.get(u), i, u * piece.lanes());
          }
          code.iinc(i, unroll * piece.lanes());
        });
    for (int k = 0; k < piece.folds().size(); k++) {
      Fold fold = piece.folds().get(k);
      Reg sum = sums.getFirst().get(k);
      for (int u = 1; u < unroll; u++) {
        sum = fold(v, fold, sum, sums.get(u).get(k));
      }
      v.store(sum, locals.arrays()[fold.area()], area(insts, fold));
    }
    code.return_();
  }

  /** One vector of the loop, {@code further} columns behind column {@code i}. */
  private void vector(
      InstCode insts, Locals locals, Reg[] regs, List<Reg> sums, int i, int further) {
    VectorCode v = insts.vectors();
    insts.write(along, regs, i, further);
    for (Store store : piece.stores()) {
      int array = locals.arrays()[store.slot()];
      v.store(regs[store.value()], array, insts.index(store.slot(), i, further));
    }
    for (int k = 0; k < sums.size(); k++) {
      Fold fold = piece.folds().get(k);
      v.set(sums.get(k), fold(v, fold, sums.get(k), regs[fold.value()]));
    }
  }

  /** The last lanes: after others, at column {@code at}; or alone. */
  private void rest(CodeBuilder code, boolean afterOthers) {
    Locals locals = Locals.of(piece);
    var insts = new InstCode(piece, code, locals.arrays(), locals.offsets());
    VectorCode v = insts.vectors();
    int at = afterOthers ? locals.next() : -1;
    int end = locals.next() + (afterOthers ? 1 : 0);
    var regs = new Reg[piece.insts().size()];
    insts.write(Emitter.not(along), regs, -1, 0);
    insts.write(along, regs, at, 0);
    int from = at;
    if (!afterOthers) {
      from = code.allocateLocal(TypeKind.INT);
      code.iconst_0().istore(from);
    }
    Reg mask = v.inRange(from, end);
    for (Store store : piece.stores()) {
      v.store(
          regs[store.value()],
          locals.arrays()[store.slot()],
          insts.index(store.slot(), at, 0),
          mask);
    }
    for (Fold fold : piece.folds()) {
      Reg neutral = neutral(v, fold);
      Reg sum =
          afterOthers
              ? v.load(fold.lane(), locals.arrays()[fold.area()], area(insts, fold))
              : neutral;
      Reg value = v.blend(neutral, regs[fold.value()], mask);
      v.store(fold(v, fold, sum, value), locals.arrays()[fold.area()], area(insts, fold));
    }
    code.return_();
  }

  private Runnable area(InstCode insts, Fold fold) {
    return insts.index(fold.area(), -1, fold.at() * piece.lanes());
  }

  static Reg neutral(VectorCode v, Fold fold) {
    return fold.lane().inInts()
        ? v.constant(Lanes.neutralInt(fold.kind()))
        : v.constant(Lanes.neutral(fold.kind()));
  }

  static Reg fold(VectorCode v, Fold fold, Reg sum, Reg value) {
    return switch (fold.kind()) {
      case SUM -> v.op("add", sum, value);
      case MAX -> v.op("max", sum, value);
    };
  }
}
